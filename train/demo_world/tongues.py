"""The vocabulary of the songs that are not in English: pure data, one phrase between bars.

Each line may take ``{thing}`` and ``{place}``; two tails of one family rhyme.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tongue:
    """A language's phrases; ``bright`` and ``dark`` go with the mood."""

    code: str
    things: str
    places: str
    lines: str
    bright: str
    dark: str
    acts: str
    tails: tuple[str, ...]
    titles: str
    nouns: str


SPANISH = Tongue(
    code="es",
    things="la ventana | tu guitarra | el café | la luna llena | mi corazón | tu vestido rojo | la lluvia | "
    "el último tren | la noche | tu risa | una carta | el farol",
    places="en la plaza | junto al mar | en la cocina de mi abuela | bajo la luna | en el mercado | en la estación | "
    "detrás de la iglesia | en el balcón",
    lines="Dime qué hiciste con {thing} | Nadie sabe lo que guardo {place} | Te busqué {place} | Yo no quiero más que "
    "{thing} | Mi madre siempre lo decía | Todo huele a {thing} | Hay un perro cantando {place} | Ven, siéntate "
    "conmigo {place} | Se me olvidó tu nombre, pero no tu voz | El barrio entero lo comenta",
    bright="Qué bonita está la tarde | Baila conmigo {place} | Hoy la vida me sonríe | Te quiero más que a {thing} | "
    "Ay, qué suerte tenerte | Que suene la música hasta mañana",
    dark="Ya no queda nada de {thing} | Me dejaste solo {place} | Lloro cuando llueve | Qué triste se ve {thing} | "
    "No vuelvas a decir mi nombre | El silencio pesa más que tú",
    acts="Caminamos juntos | Te esperé despierto | Bailamos descalzos | Guardé tu secreto | Cantamos bajito | "
    "Perdí la cabeza | Dejé todo atrás | Miramos el río | Soñé contigo | Volvimos a casa",
    tails=(
        "a la orilla del mar | hasta el despertar | sin mirar atrás ni hablar | para no llorar | y te vi pasar",
        "con todo el corazón | en aquella estación | sin pedir perdón | cantando esta canción | como un ladrón",
        "toda la vida | por la avenida | como una herida | sin despedida | con la luz encendida",
    ),
    titles="Dame {noun} | {noun} de Abril | No Me Dejes sin {noun} | La Última {noun} | Canción de {noun} | "
    "{noun} y Sal | Otra Vez {noun} | Sueño de {noun}",
    nouns="Luna | Marea | Canela | Lluvia | Guitarra | Sombra | Ventana | Ceniza | Naranja | Estación | Mañana | "
    "Niebla",
)

FRENCH = Tongue(
    code="fr",
    things="la fenêtre | ton manteau | le café noir | la lune | mon cœur | la pluie | le dernier métro | ta voix | "
    "le vieux piano | une lettre",
    places="sur le quai | au coin de la rue | dans la cuisine | sous les toits | au bord de l'eau | dans le jardin",
    lines="Dis-moi ce que tu fais {place} | Je t'ai cherchée {place} | Je n'ai gardé que {thing} | Personne ne sait "
    "qui chante {place} | Ma mère me l'avait bien dit | J'ai oublié {thing} chez toi | Le chat du voisin nous écoute",
    bright="Comme il fait beau ce matin | Danse avec moi {place} | La vie nous sourit enfin | "
    "J'aime tout, même {thing} "
    "| Rions encore un peu",
    dark="Il ne reste rien, pas même {thing} | Je pleure quand il pleut | Tu m'as laissé seul {place} | Le silence est "
    "plus lourd que toi | Ne dis plus jamais mon nom",
    acts="On a marché longtemps | Je t'ai attendue | On a dansé pieds nus | J'ai tout quitté | J'ai gardé ton secret | "
    "On chantait tout bas",
    tails=(
        "jusqu'au petit matin | la main dans la main | au bout du chemin | sans penser à demain",
        "toute la nuit | sans faire de bruit | sous la pluie | comme on s'enfuit",
    ),
    titles="Chanson pour {noun} | Sans {noun} | {noun} de Novembre | Encore {noun} | Adieu {noun} | Petite {noun}",
    nouns="Lune | Marée | Cannelle | Pluie | Fenêtre | Cendre | Orange | Brume | Lumière | Hirondelle",
)

PORTUGUESE = Tongue(
    code="pt",
    things="a janela | o teu violão | o café | a lua cheia | meu coração | a chuva | o último trem | a madrugada | "
    "teu sorriso | uma carta",
    places="na praia | na beira do mar | na cozinha da avó | na estação | debaixo da lua | na varanda",
    lines="Me diz o que fizeste com {thing} | Eu te procurei {place} | Só me ficou {thing} | Ninguém sabe quem canta "
    "{place} | Minha mãe sempre dizia | Vem sentar comigo {place} | O vizinho já conhece o refrão",
    bright="Que manhã tão bonita | Dança comigo {place} | Hoje a vida sorri pra mim | Gosto mais de ti que de tudo | "
    "Deixa o samba nos levar",
    dark="Já não resta nada, nem {thing} | Eu choro quando chove | Me deixaste sozinho {place} | O silêncio pesa mais "
    "que tu | Não digas mais o meu nome",
    acts="Caminhamos juntos | Te esperei acordado | Dançamos descalços | Guardei teu segredo | Larguei tudo | "
    "Cantamos baixinho",
    tails=(
        "na beira do mar | até o sol raiar | sem poder voltar | só pra te lembrar",
        "com todo o coração | naquela estação | cantando esta canção | sem pedir perdão",
    ),
    titles="Samba de {noun} | Sem {noun} | {noun} de Abril | Outra Vez {noun} | Saudade de {noun} | {noun} e Sal",
    nouns="Lua | Maré | Canela | Chuva | Janela | Sombra | Laranja | Neblina | Manhã | Andorinha",
)

GERMAN = Tongue(
    code="de",
    things="das Fenster | dein Mantel | der Kaffee | der Mond | mein Herz | der Regen | der letzte Zug | "
    "deine Stimme | "
    "das alte Klavier | ein Brief",
    places="am Bahnhof | an der Ecke | in der Küche | unter dem Dach | am Wasser | im Garten",
    lines="Sag mir, was du suchst {place} | Ich war gestern noch {place} | {thing} weiß mehr als ich | Keiner hört, "
    "wer da singt {place} | Meine Mutter hat es gleich gesagt | Bleib noch ein bisschen {place} | "
    "Der Nachbar kennt schon jedes Wort",
    bright="Wie schön ist dieser Morgen | Tanz mit mir {place} | Heute lacht die ganze Welt | {thing} lacht mich an | "
    "Wir haben alle Zeit der Welt",
    dark="{thing} ist nicht mehr da | Ich weine, wenn es regnet | Du hast mich allein gelassen {place} | "
    "Die Stille wiegt mehr als du | Sag nie wieder meinen Namen",
    acts="Wir liefen zusammen | Ich hab auf dich gewartet | Wir tanzten barfuß | Ich ließ alles stehen | "
    "Wir sangen ganz leise | Ich träumte von dir",
    tails=(
        "die ganze Nacht | und hab gelacht | ganz unbedacht | bis der Tag erwacht",
        "im warmen Licht | und wusst es nicht | mit nassem Gesicht | wie ein kurzes Gedicht",
    ),
    titles="Lied vom {noun} | Ohne {noun} | {noun} im April | Noch einmal {noun} | Mein {noun} | {noun} und Salz",
    nouns="Mond | Regen | Zimt | Schatten | Morgen | Nebel | Garten | Winter | Bahnhof | Vogel",
)

TONGUES = (SPANISH, FRENCH, PORTUGUESE, GERMAN)
