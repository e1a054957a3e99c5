"""The 14 macro-genres, and the one table that leads from the thousands of micro-genres to them.

A micro-genre such as "canadian singer-songwriter" is read as the phrases that it is made of: the longest that the
table knows, from left to right. Each phrase brings its macro-genres, so that "jazz rap" is both Jazz/Blues and
Hip-Hop, and a name that nobody has seen before still finds its place if one of its phrases is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from recsys.text import fold

MACRO_GENRES = (
    "Alternative", "Classical", "Comedy", "Electronic", "Folk/Country", "Hip-Hop", "Jazz/Blues", "Metal", "Pop",
    "R&B/Soul", "Reggae/Latin", "Religious", "Rock", "Soundtrack",
)  # fmt: skip

# What stands under several macro-genres belongs to all of them. A phrase inside a longer known one does not count:
# "rock and roll" brings no second "rock", "country blues" could be told apart from both its words.
PHRASES: Mapping[str, str] = MappingProxyType({
    "Alternative": """
        alternative | alt | alt rock | alternative rock | alternative metal | alternative dance | alternative pop |
        alternative hip hop | alternative r&b | indie | indie rock | indie pop | indie folk | indietronica | la indie |
        bedroom pop | bedroom | britpop | grunge | post-grunge | shoegaze | dream pop | dreamo | slowcore | sadcore |
        slacker rock | noise pop | noise rock | jangle pop | lo-fi | post-punk | new wave | dark wave | darkwave |
        cold wave | coldwave | goth | gothic | gothic rock | deathrock | emo | emo pop | emocore | screamo |
        midwest emo | pop emo | post-hardcore | math rock | post-rock | experimental | experimental rock |
        experimental pop | christian alternative rock | avant-garde | art punk | madchester | permanent wave |
        modern rock | modern alternative rock | chamber pop | c86 | chillwave | ectofolk | lilith | pov: indie |
        stomp pop | shiver pop | gauze pop | alt z | paisley underground | college rock | nu gaze | rap rock |
        neo-psychedelic | anti-folk | freak folk | new rave | dark cabaret | dunedin sound | riot grrrl | melancholia |
        new weird america | stomp and holler | modern indie | queercore | industrial rock | industrial
    """,
    "Classical": """
        classical | neoclassical | neo-classical | modern classical | baroque | baroque ensemble | romantic era |
        early music | medieval | renaissance | opera | operatic | operatic pop | orchestra | orchestral | symphony |
        symphonic | chamber music | chamber ensemble | string quartet | solo piano | piano | violin | cello | choral |
        choir | minimalism | art song | lied | gregorian | gregorian dance | classical piano | contemporary classical |
        impressionism | serialism | early romantic | late romantic | classical crossover | bel canto | concerto
    """,
    "Comedy": """
        comedy | comic | novelty | novelty song | parody | musical comedy | comedy rap | comedy rock | stand-up |
        stand-up comedy | british comedy | humor | humour | satire | spoof | joke | vaudeville
    """,
    "Electronic": """
        electronic | electronica | electro | electro house | electropop | electroclash | electrofox | electro swing |
        electropowerpop | edm | pop edm | house | deep house | tech house | hip house | techno | trance | dance |
        alternative dance | dance rock | indie dance | eurodance | italo dance | italo disco | hi-nrg | nu disco |
        rave | new rave | breakbeat | big beat | big room | bass | future bass | melodic bass | drum and bass | dnb |
        jungle | liquid funk | dubstep | brostep | complextro | garage house | tropical house | uk garage | uk funky |
        hardcore techno | hardstyle | happy hardcore | gabber | footwork | ambient | downtempo | chillout | chillstep |
        chillwave | chill | idm | synthpop | synth pop | synthwave | synthesizer | synth funk | trip hop | nu jazz |
        acid jazz | industrial | industrial rock | industrial metal | industrial dance | ebm | witch house |
        vaporwave | hyperpop | escape room | freestyle | miami bass | atlanta bass | electronic rock |
        melbourne bounce | singeli | riddim | kizomba | tecnobrega | new age | space age | indietronica |
        metropopolis | electroacoustic | glitch | club | bouncy house | jazz house | groove house | brazilian bass |
        lo-fi beats | lo-fi study | lo-fi hip hop | minimal techno | new beat | cyberpunk | diva house | turntablism |
        german dance | dark wave | darkwave | coldwave | cold wave | dance pop | pop dance | bubblegum dance |
        australian dance | uk dance | trap edm | moombahton | post-disco | afro house | gregorian dance
    """,
    "Folk/Country": """
        folk | folk pop | folk rock | indie folk | neofolk | anti-folk | folk punk | psychedelic folk | folktronica |
        americana | country | country rock | country pop | country blues | country gospel | country hip hop |
        pop country | christian folk | countrypolitan | alt country | bluegrass | red dirt | honky tonk |
        honky-tonk piano | outlaw | western | western swing | cowboy | cowpunk | cow punk | nashville |
        nashville sound | bakersfield sound | texas country | singer-songwriter | songwriter | neo-singer-songwriter |
        sea shanty | sea shanties | shanty | celtic | celtic rock | irish pub song | traditional folk | skiffle |
        cosmic american | roots | roots rock | stomp and holler | acoustic | acoustic country | native american |
        appalachian | old-time | banjo | fiddle | cajun | zydeco | polka | nordic folk | heartland rock |
        southern rock | lilith | ectofolk | new americana | yodeling | sertanejo | campfire | arkansas country |
        country dawn | country road | rockabilly | american primitive | swamp pop | new mexico music | medieval folk |
        protest
    """,
    "Hip-Hop": """
        hip hop | hardcore hip hop | rap latina | hiphop | rap | hip pop | pop rap | jazz rap | country rap |
        country hip hop | trap | trap soul | trap latino | latin trap | argentine trap | drill | grime | crunk |
        hyphy | snap | bounce | boom bap | g funk | gangster rap | gangsta rap | conscious hip hop | conscious rap |
        emo rap | cloud rap | rap metal | rap rock | alternative hip hop | trip hop | hip house | miami bass |
        atlanta bass | asakaa | hiplife | afroswing | urbano latino | lo-fi hip hop | phonk | plugg | turntablism |
        comedy rap | horrorcore | rage rap | melodic rap | battle rap | dirty south | urban contemporary |
        asian american hip hop | go-go | hip life
    """,
    "Jazz/Blues": """
        jazz | vocal jazz | jazz pop | jazz blues | jazz funk | acid jazz | nu jazz | latin jazz | jazz rap |
        jazz house | soul jazz | smooth jazz | bebop | hard bop | swing | swing music | electro swing | western swing |
        big band | dixieland | ragtime | boogie-woogie | boogie | stride | piano blues | bossa nova | blues |
        blues rock | soul blues | swamp blues | country blues | delta blues | british blues | rhythm and blues |
        jump blues | lounge | crooner | adult standards | standards | torch song | free jazz | fusion | cool jazz |
        ballroom | man's orchestra | cabaret | dark cabaret | harlem renaissance | gypsy jazz | jazz fusion |
        smooth saxophone | rockabilly blues | jug band | space age pop
    """,
    "Metal": """
        metal | heavy metal | metalcore | deathcore | grindcore | thrash | thrash metal | crossover thrash |
        speed metal | death metal | black metal | doom | doom metal | sludge | sludge metal | stoner metal |
        glam metal | hair metal | nu metal | rap metal | funk metal | alternative metal | industrial metal |
        power metal | progressive metal | symphonic metal | folk metal | gothic metal | groove metal | melodic metal |
        nwobhm | djent | proto-metal | old school thrash | mathcore | slayer | metallic hardcore | viking metal |
        neo classical metal
    """,
    "Pop": """
        pop | art pop | baroque pop | bubblegum | bubblegum pop | candy pop | dance pop | pop dance | bubblegum dance |
        pop rock | pop punk | pop soul | pop rap | hip pop | country pop | pop country | jazz pop | folk pop |
        indie pop | dream pop | jangle pop | chamber pop | power pop | noise pop | emo pop | bedroom pop | synthpop |
        synth pop | electropop | europop | eurodance | scandipop | sophisti-pop | sunshine pop | swamp pop | teen pop |
        post-teen pop | latin pop | afropop | britpop | space age pop | operatic pop | new wave pop | neon pop punk |
        boy band | girl group | idol | talent show | viral pop | k-pop | j-pop | c-pop | mandopop | cantopop | q-pop |
        schlager | easy listening | adult standards | brill building | brill building pop | soft rock | neo mellow |
        mellow gold | yacht rock | transpop | uk pop | metropopolis | diva | diva house | variete francaise |
        pop urbaine | nederpop | austropop | italian adult pop | hyperpop | pixie | new romantic | doo-wop |
        electropowerpop | adult contemporary | ballad | ballads | swedish ballads | power ballad | hi-nrg |
        urban contemporary | barbadian pop | children's music | children | kids | iskelma | levenslied | chanson |
        opm | eurovision | italian pop | turkish pop | german pop | persian pop | beatlesque | merseybeat | freestyle |
        bachata pop | psychedelic pop | shiver pop | gauze pop | stomp pop | poptimism | indie poptimism | pop edm |
        disco | acoustic pop | funk pop | pop emo | experimental pop | vocal harmony group | singer-songwriter pop |
        j-idol | alternative pop | brazilian pop | classic girl group
    """,
    "R&B/Soul": """
        r&b | r-n-b | rnb | r and b | rhythm and blues | alternative r&b | contemporary r&b | soul | neo soul |
        pop soul | soul blues | soul jazz | northern soul | southern soul | philly soul | souldies | psychedelic soul |
        afro soul | trap soul | retro soul | motown | quiet storm | funk | funk rock | funk metal | funk pop | p funk |
        synth funk | jazz funk | g funk | disco | post-disco | nu disco | new jack swing | urban contemporary |
        doo-wop | go-go | minneapolis sound | beach music | rare groove | girl group | classic girl group | groove |
        brown-eyed soul | blue-eyed soul | gospel r&b | slow jam | boogie funk | bedroom soul
    """,
    "Reggae/Latin": """
        reggae | roots reggae | reggae fusion | reggae rock | uk reggae | reggaeton | ragga | dancehall | dub |
        lovers rock | rocksteady | ska | ska punk | ska revival | soca | calypso | mento | latin | latin pop |
        latin jazz | latin rock | latin trap | latin hip hop | rap latina | latino | latinx | tropical | salsa |
        bachata | bachata pop | merengue | cumbia | vallenato | mambo | cha cha cha | son cubano | bolero | ranchera |
        mariachi | norteno | banda | corrido | corridos | tango | bossa nova | samba | pagode | pagode baiano | mpb |
        forro | axe | brega | brega funk | sertanejo | funk carioca | brazilian funk | brazilian bass |
        brazilian rock | brazilian pop | brazil | trap latino | argentine trap | urbano | urbano latino | flamenco |
        rumba | kizomba | zouk | moombahton | spanish | mexican | regional mexican | tejano | chicano | cuban |
        argentine | colombian | canadian latin | modern salsa | afro-cuban | trova | nueva cancion | champeta |
        afrobeat | afrobeats | afropop | highlife | alte | azonto | world music
    """,
    "Religious": """
        christian | christian rock | christian metal | christian music | ccm | gospel | gospel r&b | country gospel |
        worship | praise | hymn | hymns | spiritual | spirituals | sacred | liturgical | religious | church |
        devotional | bhajan | qawwali | nasheed | southern gospel | gregorian | gregorian dance | messianic |
        catholic | lds | christian alternative rock | christian hip hop | jesus | anthem worship | byzantine | kirtan |
        christian folk
    """,
    "Rock": """
        rock | alt rock | alternative rock | alternative metal | album rock | classic rock | hard rock | soft rock |
        folk rock | country rock | blues rock | pop rock | roots rock | southern rock | heartland rock | swamp rock |
        glam | glam rock | glam metal | glam punk | garage | garage rock | freakbeat | psychedelic rock | psychedelic |
        psych | acid rock | space rock | stoner rock | progressive rock | prog | art rock | symphonic rock |
        krautrock | post-rock | math rock | rock and roll | rock n roll | rockabilly | psychobilly | surf | surf rock |
        surf music | british invasion | merseybeat | beatlesque | punk | punk rock | proto-punk | protopunk |
        post-punk | pop punk | skate punk | folk punk | ska punk | cowpunk | hardcore punk | hardcore | post-hardcore |
        grunge | post-grunge | emo | emo pop | emocore | new wave | new wave pop | britpop | power pop | indie rock |
        modern rock | modern alternative rock | dance rock | electronic rock | industrial rock | latin rock |
        brazilian rock | anatolian rock | celtic rock | comedy rock | christian rock | christian alternative rock |
        reggae rock | rap rock | funk rock | yacht rock | mellow gold | permanent wave | madchester | arena rock |
        pub rock | neon pop punk | supergroup | detroit rock | nwobhm | proto-metal | heavy metal | jam band |
        noise rock | gothic rock | deathrock | shoegaze | slacker rock | riot grrrl | neue deutsche welle |
        new romantic | rock drums | piano rock | funk metal | screamo | rock keyboard | flute rock |
        paisley underground | experimental rock | neo-psychedelic
    """,
    "Soundtrack": """
        soundtrack | score | film score | game score | video game music | video game | musical theatre | musicals |
        musical comedy | broadway | show tunes | west end | hollywood | disney | movie tunes | film | pop-film |
        anime | theme | bollywood | filmi | cinematic | epicore | trailer | orchestral soundtrack | tv | cartoon |
        library music
    """,
})  # fmt: skip


ENDINGS = ("pop", "rock", "metal", "punk", "folk", "jazz", "house", "techno", "rap", "soul", "opera")


def phrases_of(genre: str) -> frozenset[tuple[str, ...]]:
    """The phrases under a macro-genre, each as its words."""
    return frozenset(_words(phrase) for phrase in PHRASES[genre].split("|"))


def _words(name: str) -> tuple[str, ...]:
    """A name in comparable form: "Hip-Hop" and "hip hop" are the same two words, and so are "R&B" and "r & b"."""
    return tuple(fold(name).split())


@cache
def _table() -> dict[tuple[str, ...], tuple[str, ...]]:
    table: dict[tuple[str, ...], list[str]] = {}
    for genre in MACRO_GENRES:
        for phrase in sorted(phrases_of(genre)):
            table.setdefault(phrase, []).append(genre)
    return {phrase: tuple(genres) for phrase, genres in table.items()}


def _by_ending(word: str) -> tuple[str, ...]:
    """What a made-up word such as "etherpop" ends on."""
    return next((_table()[(ending,)] for ending in ENDINGS if word.endswith(ending)), ())


@cache
def macro_genres(micro: str) -> tuple[str, ...]:
    """The macro-genres of one micro-genre, in the order of :data:`MACRO_GENRES`; none if no phrase of it is known."""
    table, words = _table(), _words(micro)
    found: set[str] = set()
    start = 0
    while start < len(words):
        stop = next((stop for stop in range(len(words), start, -1) if words[start:stop] in table), start)
        found.update(table[words[start:stop]] if stop > start else _by_ending(words[start]))
        start = max(stop, start + 1)
    return tuple(genre for genre in MACRO_GENRES if genre in found)


def split_names(names: str) -> list[str]:
    """The micro-genres in a cell such as "Pop, dance pop; Hip Hop/Rap", trimmed, in their order.

    A macro-genre's own name is kept whole, slash and all.
    """
    if names.strip() in MACRO_GENRES:
        return [names.strip()]
    return [part.strip() for part in re.split(r"[,;|]", names) if part.strip()]


def map_genres(names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(macro-genres, names that the table does not know) of one song's micro-genres."""
    listed = list(names)
    found = {genre for name in listed for genre in macro_genres(name)}
    unknown = tuple(name for name in listed if not macro_genres(name))
    return tuple(genre for genre in MACRO_GENRES if genre in found), unknown
