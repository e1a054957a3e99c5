"""Names of artists and scenes, put together from invented parts."""

from __future__ import annotations

import random

from train.demo_world.config import phrases, pick

GIVEN = phrases(
    "Maro | Odalys | Bettina | Calder | Juno | Tamsin | Ivo | Lark | Petra | Sorrel | Wilhelmina | Ottoline | Nadia | "
    "Cosmo | Fenna | Zoë | Idris | Hélène | Linnea | Barnaby | Clementine | Dashiell | Evander | Ginevra | Hollis | "
    "Isolde | Jorun | Kestrel | Leopold | Mirabel | Noémie | Orson | Perpetua | Quincy | Rosalba | Sunniva | Thaddeus"
)
SURNAME_HEADS = phrases(
    "Tell | Marr | Ost | Quill | Brack | Venn | Hask | Corr | Fenn | Lorr | Thist | Wex | Dunn | Pell | Bark | Cald | "
    "Drumm | Eskin | Falk | Gant | Holm | Jarr | Kild | Lind | Morr | Norr | Rav | Selk | Tamm | Wyll"
)
SURNAME_TAILS = phrases("wyn | owby | erling | andry | mere | acott | holt | sted | ovar | ington | bane | eddick")
ADJECTIVES = phrases(
    "Velveteen | Paper | Crooked | Electric | Wooden | Sleepy | Gilded | Nervous | Polite | Runaway | Hollow | "
    "Salted | "
    "Second-Hand | Lopsided | Midnight | Porcelain | Feral | Tangerine | Unlikely | Reluctant"
)
CREATURES = phrases(
    "Ferns | Herons | Lampshades | Orphans | Pelicans | Postmen | Turnips | Magpies | Sailors | Chandeliers | Otters | "
    "Librarians | Wasps | Umbrellas | Foxgloves | Radiators | Moths | Swimmers | Accountants | Kettledrums"
)
PLACES = phrases("Marrow Street | Quarry Lane | Ostrel Bay | Tannery Hill | Pell Harbour | Lower Wexmere | Saltbridge")
GRIM = phrases(
    "Graven | Oath | Skarn | Wither | Murk | Bane | Plague | Vorn | Ash | Nether | Gore | Thorn | Dread | Rust"
)
GRAVE = phrases(
    "maw | rot | wulf | spire | crypt | howl | forge | shroud | fang | moor | wretch | thrall | veil | reign"
)
VOLT = phrases("Null | Volt | Lumen | Hexa | Drift | Pixel | Sono | Vanta | Kilo | Astro | Mono | Sine | Flux | Cobalt")
MOTH = phrases("drift | moth | form | wave 7 | ton | grid | phase | loop | ette | bloom | kite | sleep | 909 | theory")
STREET = phrases("Kid | Big | Young | Lady | Prince | Saint | Doc | Mister | Auntie | Count")
GOODS = phrases(
    "Ledger | Parsnip | Marble | Tariff | Velour | Cutlass | Mercury | Biscuit | Quarto | Cinder | Lentil | Domino | "
    "Sable | Gravel | Fathom | Trinket | Onyx | Pistachio | Mackerel | Nickel"
)
LATIN = phrases(
    "Ébano Lunar | Señor Niebla | Los Faroles | La Niña Canela | Corazón de Sal | Los Mareados del Sur | Añil | "
    "Trópico Nocturno | Doña Brújula | Los Hijos del Farol | Río Quebrado | La Orquesta del Limón | Marea Añeja | "
    "Grupo Alacrán Azul | El Niño Tormenta | Las Golondrinas de Papel | Compás y Ceniza | Papá Tambora"
)
FRENCH = phrases("Les Parapluies Gris | Hélène Dubrume | Café Sans Sucre | Théo Marchelune | Brume Légère")
PORTUGUESE = phrases("João Neblina | Maré de Canela | Inês Andorinha | Os Primos da Varanda | Saudade Mecânica")
GERMAN = phrases("Jürgen Nebelmann | Die Müden Vögel | Käthe Sommerregen | Blechgärten | Fräulein Löwenzahn")
TONGUE_NAMES = (LATIN, FRENCH, PORTUGUESE, GERMAN)
SCENES = phrases(
    "Lanternside | Pier Nine | Glasshouse | Tin Chapel | Cobalt Yard | Marrow Street | Saltbridge | Low Orchard | "
    "Dockyard Seven | Paper Mill | Velvet Basement | Quarry Lane | Northlight | Gasworks | Ostrel Bay | Red Kiln | "
    "Sparrow Hall | Tannery Hill | Harbour Loft | Windmill Row | Silver Depot | Thistle House | Canal Six | "
    "Moth Room | "
    "Granary | Copper Steps | Ferry Terminal | Back Kitchen | Hollow Court | Signal Box | Old Bakery | Vinegar Works | "
    "Lido | Arcade Nord | Pell Harbour | Cellar Door Club | Brick Lung | Juniper Terrace | Radio Attic | "
    "Candle Wharf | "
    "Stag and Compass | Plum Street | Lemon Market | Ash Hangar | Cloister | Weir | Upper Deck | Foundry Choir"
)


def surname(choice: random.Random) -> str:
    return pick(choice, SURNAME_HEADS) + pick(choice, SURNAME_TAILS)


def person(choice: random.Random) -> str:
    return f"{pick(choice, GIVEN)} {surname(choice)}"


def band(choice: random.Random) -> str:
    """A band's name, of the kind that any guitar genre uses."""
    return pick(
        choice,
        (
            f"The {pick(choice, ADJECTIVES)} {pick(choice, CREATURES)}",
            f"{pick(choice, ADJECTIVES)} {pick(choice, CREATURES)}",
            f"{pick(choice, CREATURES)} of {pick(choice, PLACES)}",
            f"{surname(choice)} & the {pick(choice, CREATURES)}",
            f"{pick(choice, GOODS)} {pick(choice, GOODS)}",
        ),
    )


def ensemble(choice: random.Random, kinds: str) -> str:
    return f"{person(choice)} {pick(choice, phrases(kinds))}"


def rapper(choice: random.Random) -> str:
    first = pick(choice, STREET)
    return pick(choice, (f"{first} {pick(choice, GOODS)}", f"{pick(choice, GOODS)} {surname(choice)}"))


def latin(choice: random.Random) -> str:
    """Half a fixed invented name, half a person with a band."""
    named = (
        f"{pick(choice, GIVEN)} y los {pick(choice, phrases('Faroles | Limones | Delfines | Compadres | Alacranes'))}"
    )
    return pick(choice, (pick(choice, LATIN), named, person(choice), f"Sound System {surname(choice)}"))


def artist_name(choice: random.Random, genre: str) -> str:
    """A name such as artists of ``genre`` give themselves."""
    if genre == "Metal":
        return pick(choice, (pick(choice, GRIM) + pick(choice, GRAVE), f"{pick(choice, GRIM)} of {surname(choice)}"))
    if genre == "Electronic":
        return pick(choice, (pick(choice, VOLT) + pick(choice, MOTH), f"DJ {pick(choice, GOODS)}", person(choice)))
    if genre == "Classical":
        return pick(choice, (ensemble(choice, "Quartet | Trio | Ensemble"), person(choice)))
    if genre == "Jazz/Blues":
        return pick(choice, (ensemble(choice, "Trio | Quintet | Big Band"), f"Papa {surname(choice)}", person(choice)))
    if genre == "Religious":
        return pick(choice, (f"{pick(choice, PLACES)} Choir", f"The {surname(choice)} Family", person(choice)))
    if genre == "Soundtrack":
        return pick(choice, (f"{person(choice)} Orchestra", person(choice)))
    if genre == "Hip-Hop":
        return rapper(choice)
    if genre == "Reggae/Latin":
        return latin(choice)
    return pick(choice, (person(choice), band(choice))) if genre in {"Alternative", "Rock"} else _solo(choice)


def _solo(choice: random.Random) -> str:
    first, other = person(choice), band(choice)
    return first if choice.random() < 0.65 else other


def unused(choice: random.Random, taken: set[str], genre: str, tongue: int) -> str:
    """A name that nobody has yet, in the tongue's own style where there is one (-1: English)."""
    names = TONGUE_NAMES[tongue] if tongue >= 0 else ()
    for name in (n for n in names if n not in taken):
        return name
    while (name := artist_name(choice, genre)) in taken:
        pass
    return name
