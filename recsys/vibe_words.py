"""The words that a vibe query is understood by, English and Spanish side by side. Data only.

All are plain: lower case, without accents, "'" for every apostrophe (see `recsys.vibe_text.plain`).
"""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """Phrases of one meaning, " | " between."""

    english: str
    spanish: str = ""

    @property
    def phrases(self) -> list[str]:
        """All of them, those of both languages."""
        return [phrase for text in self if text for phrase in " ".join(text.split()).split(" | ")]


# What phrases do in a query. The longest that fits counts, so that "no me gusta" is not taken for "no me".
ROLES = {
    "negation": Words(
        "no | not | without | w/o | nothing | none of | neither | non | less | fewer | avoid | avoiding | except | "
        "except for | excluding | exclude | skip | minus | anything but | everything but | instead of | "
        "rather than | isn't | aren't | isnt | arent | is not | are not | i don't want | don't want | do not want | "
        "dont want | i don't like | don't like | i hate | don't play | no more | not in the mood for | nothing too",
        "no | sin | nada | nada de | menos | excepto | salvo | evita | evitar | evitando | no sea | no sean | "
        "no quiero | no me gusta | no me gustan | no pongas | en vez de | en lugar de | a excepcion de | ya no quiero",
    ),
    # Goes on with a negation, or begins one.
    "nor": Words("nor", "ni | ni siquiera"),
    # What looks like another role, or like a condition, and is plain words.
    "kept": Words(
        "nothing else | nothing compares | no one | no matter | no reason | no way | no wave | no limit | "
        "no limits | no problem | no idea | no tomorrow | no longer | no wonder | why not | or not | "
        "whether or not | without you | without me | without him | without her | without us | without them | "
        "without end | without a doubt | nothing to lose | less is more | i live | we live | you live | they live | "
        "to live | live by | live for | long live | hits hard | hits different | hits me | hits you | hits like | "
        "day and night | black and white | up and down | back and forth | rock n roll | rock & roll | drum & bass | "
        "words fail | solo piano | "
        "piano solo | solo guitar | guitar solo | guitar solos | sax solo | drum solo",
        "no me | no te | no se | no le | no nos | no lo | no puedo | no puedes | no puede | no hay | no tengo | "
        "no estoy | no importa | sin ti | sin mi | sin fin | sin parar | musica popular | rock y roll | "
        "dia y noche | blanco y negro | si no | por que no | mas o menos | al menos | a menos que",
    ),
    "contrast": Words(
        "but | but also | but still | yet | though | although | however",
        "pero | pero tambien | aunque | sino | sin embargo",
    ),
    "and": Words("and | & | + | as well as", "y | e"),
    "or": Words("or | and/or", "o"),  # not "u", which is also how "you" is typed
    # A name follows. Where none is known, a note says so.
    "like": Words(
        "like | similar to | sounds like | sound like | sounding like | that sounds like | that sound like | "
        "in the style of | in the vein of | reminiscent of | something like | anything like | songs like | "
        "music like | along the lines of | same vibe as",
        "como | parecido a | parecida a | parecidos a | parecidas a | similar a | similares a | al estilo de | "
        "del estilo de | en la onda de | que suene a | que suenen a | que suene como | que suenen como | algo como",
    ),
    # A name may follow; otherwise these are plain words: "feels like summer", "a la playa".
    "maybe_like": Words(
        "feels like | feel like | feeling like | looks like | such as | inspired by",
        "a la | a lo | tipo | estilo | inspirado en | inspirada en | me siento como",
    ),
    # An artist may follow, and only that artist's songs are meant.
    "by": Words(
        "by | songs by | music by | something by | sung by | performed by | anything by | stuff by",
        "canciones de | musica de | temas de | algo de | cantado por | cantada por | cantadas por | interpretada por",
    ),
    "maybe_by": Words("from", "de | del | por"),
    "only": Words("only | just | nothing but", "solo | solamente | unicamente | nada mas que"),
    # From here on the phrase is a story, to be told as it is: "songs for when I do not feel well".
    "story": Words("when | while | because | if | who | where", "cuando | mientras | porque | si | quien | donde"),
    # Says that something is wanted, not what.
    "asking": Words(
        "give me | i want | i'd like | i would like | i need | i want to hear | i would like to hear | "
        "i'd like to hear | play | play me | show me | find me | find | recommend me | can you | could you | "
        "please | looking for | i'm looking for | i am looking for | in the mood for | i'm in the mood for | "
        "i feel like | let's hear | i like | i love | not only | not just | not merely | maybe | preferably | "
        "ideally | a bit of | a little | a bit | kind of | sort of | also | hey | hi | hello",
        "ponme | pon | quiero | quisiera | dame | busco | necesito | me gustaria | quiero escuchar | "
        "me gustaria escuchar | por favor | un poco de | un poco | muestrame | recomiendame | recomienda | "
        "tengo ganas de | no solo | no solamente | tambien | que sea | que sean | me gusta | me gustan | hola | "
        "a ser posible",
    ),
}

# A negation that has come to "and", "or" ends before these: "no rap and lots of guitars".
WANTS_AGAIN = Words(
    "with | some | lots of | plenty of | more | only", "con | mas | mucha | mucho | muchas | muchos | solo"
)

# "like a rainy day" is a simile; nobody expects an artist of that name.
SIMILE = Words(
    "a | an | the | my | your | i | i'm | you | you're | we | it | it's | when | in | being | this | that | at | on",
    "un | una | el | la | los | las | mi | tu | si | cuando | en | de | estar",
)

# Names of what is asked for, without a vibe of its own, cut at both ends of a phrase.
NOUNS = Words(
    "song | songs | music | track | tracks | tune | tunes | playlist | playlists | stuff | something | anything | "
    "things | version | versions | recordings | one | ones | mood",
    "cancion | canciones | musica | tema | temas | lista | playlist | algo | cosas | version | versiones | rolas",
)
# With one of these a noun opens a description: "music to focus on coding", "canciones para llorar".
PURPOSES = Words("to | for | that | about | i", "para | que | sobre")
# Small words, cut at the beginning of a phrase and, but for "to", at its end.
SMALL = Words(
    "a | an | the | some | any | of | for | with | in | from | about | to | is | are | be | it's | that | that's | "
    "which | more | all | and | or | at | but | please | only | just | me | by | either | anymore | at all",
    "un | una | unos | unas | el | la | los | las | de | del | para | con | en | sobre | que | es | "
    "mas | y | o | solo | todo | todas | alguna | algunas | pero | por | favor | tampoco",
)
# Cut from what is not wanted: "not too fast".
DEGREES = Words(
    "too | so | very | really | quite | overly | super | much | many | too much | as | by | being | feel | feeling",
    "muy | tan | demasiado | demasiada | demasiados | demasiadas | tanto | tanta | nada",
)
# Words that keep a list together: "a mix of jazz and rock".
JOINING = Words("between | mix | blend | both", "entre | mezcla")

# Years. What stands for a decade beside "90s", "1990s" and "'90s".
DECADES = {
    1930: Words("thirties", "treintera | treintero"),
    1940: Words("forties", "cuarentera | cuarentero"),
    1950: Words("fifties", "cincuenta | cincuentera | cincuentero | cincuenteras | cincuenteros"),
    1960: Words("sixties", "sesenta | sesentera | sesentero | sesenteras | sesenteros"),
    1970: Words("seventies", "setenta | setentera | setentero | setenteras | setenteros"),
    1980: Words("eighties", "ochenta | ochentera | ochentero | ochenteras | ochenteros"),
    1990: Words("nineties", "noventa | noventera | noventero | noventeras | noventeros"),
    2000: Words("noughties | aughts | two thousands", "dos mil | dosmilera | dosmilero"),
}
# What goes before "90" in Spanish, where it takes no "s".
DECADE_OPENINGS = Words(
    "", "los | los anos | anos | decada de los | la decada de los | decada de | la decada de | decada del"
)
EARLY = Words("early", "principios de | comienzos de | inicios de")
MID = Words("mid | mid-", "mediados de")
LATE = Words("late", "finales de | fines de")
IN_YEARS = Words(
    "from | from the | of the | of | in | in the | during the | the | circa",
    "de | del | de la | en | en la | durante | durante la | la | a | desde",
)
BETWEEN = Words("between | between the | from | from the", "entre | desde | de | desde la | entre la")
TO = Words("to | to the | and | and the | until | till | through | or | -", "a | y | hasta | al | o | -")
BEFORE = Words(
    "before | before the | pre | pre- | older than | earlier than | prior to | not from after",
    "antes de | antes del | anterior a | anteriores a | anterior al | anteriores al | previas a",
)
UNTIL = Words(
    "until | until the | till | up to | up to the | no later than | not after | not newer than | not later than",
    "hasta | hasta el | como mucho de | no posteriores a | no despues de",
)
AFTER = Words(
    "after | after the | post | post- | newer than | later than | more recent than",
    "despues de | despues del | posterior a | posteriores a | tras",
)
SINCE = Words(
    "since | since the | from after | not before | not older than | no earlier than | starting in | starting from",
    "desde | desde el | a partir de | a partir del | no anteriores a | no antes de | de despues de",
)
ONWARDS = Words(
    "onwards | onward | on | or later | or newer | and later | and up", "en adelante | o posterior | o mas nuevas"
)
OR_EARLIER = Words(
    "or earlier | or older | and earlier | and before | or before", "o antes | o anteriores | o mas viejas"
)
# There is no rule here for "old" or "recent": what they mean depends on who asks and on the catalogue. They stay words.

# Amounts: tempo and duration.
UNDER = Words(
    "under | below | less than | shorter than | slower than | up to | at most | max | maximum | no longer than | "
    "not longer than | no more than | not more than | not over | no faster than | not faster than | not above | < | "
    "<=",
    "menos de | por debajo de | hasta | como mucho | como maximo | maximo | no mas de | que duren menos de | "
    "que no duren mas de | que no pasen de | que no pase de | mas cortas de | mas corta de | mas cortas que | "
    "mas lentas que | inferior a | de menos de",
)
OVER = Words(
    "over | above | more than | longer than | faster than | at least | min | minimum | no less than | "
    "not less than | not under | not shorter than | no shorter than | no slower than | not slower than | not below | "
    "> | >=",
    "mas de | por encima de | al menos | como minimo | minimo | no menos de | que duren mas de | mas largas de | "
    "mas larga de | mas largas que | mas rapidas que | superior a | de mas de",
)
ABOUT = Words(
    "about | around | roughly | circa | approximately | ~", "unos | alrededor de | aproximadamente | cerca de"
)
OR_LESS = Words(
    "or less | or shorter | or slower | or under | max | maximum | at most | tops",
    "o menos | como maximo | maximo | como mucho",
)
OR_MORE = Words(
    "or more | or longer | or faster | or over | minimum | at least | and up | plus", "o mas | como minimo | minimo"
)
AMOUNT_FROM = Words("between | from | at", "entre | de | a")
BPM = Words(
    "bpm | beats per minute | beats a minute | beats/min", "bpm | ppm | pulsaciones por minuto | golpes por minuto"
)
TEMPO = Words("bpm | tempo | bpm of | tempo of | tempo is | bpm is", "tempo de | tempo a")
HOURS = Words("hours | hour | hrs | hr | h", "horas | hora")
MINUTES = Words("minutes | minute | mins | min | m", "minutos | minuto")
SECONDS = Words("seconds | second | secs | sec", "segundos | segundo | seg")
AND_A_HALF = Words("and a half", "y medio | y media")
# "3 minute songs": a length without "under" or "over" is the song's only if it says so.
LONG = Words("long | songs | song | tracks | track", "de duracion | de largo")
NUMBERS = {
    1: Words("one | a | an", "un | una | uno"),
    2: Words("two", "dos"),
    3: Words("three", "tres"),
    4: Words("four", "cuatro"),
    5: Words("five", "cinco"),
    6: Words("six", "seis"),
    7: Words("seven", "siete"),
    8: Words("eight", "ocho"),
    9: Words("nine", "nueve"),
    10: Words("ten", "diez"),
}

# Conditions that hold or not: what says that they hold, and that they do not.
SAID = {
    ("explicit", True): Words(
        "explicit | explicit lyrics | explicit content | explicit only | uncensored | with swearing",
        "explicita | explicitas | explicito | explicitos | letras explicitas | letra explicita | con groserias",
    ),
    ("explicit", False): Words(
        "clean lyrics | clean version | clean versions | clean songs | clean music | clean tracks | clean only | "
        "family friendly | family-friendly | non-explicit | nonexplicit | censored",
        "letra limpia | letras limpias | version limpia | versiones limpias | canciones limpias | lenguaje limpio",
    ),
    ("instrumental", True): Words("instrumental | instrumentals | wordless", "instrumentales"),
    ("instrumental", False): Words(
        "with vocals | with singing | with lyrics | with words | with a singer",
        "con voz | con voces | con letra | con letras | cantada | cantadas",
    ),
    ("live", True): Words(
        "live version | live versions | live recording | live recordings | live performance | live performances | "
        "live music | live songs | live tracks | live album | live albums | live session | live sessions | "
        "live shows | live only | live takes | recorded live | in concert | concert recordings",
        "en vivo | en directo | versiones en vivo | versiones en directo | canciones en vivo | musica en vivo | "
        "grabaciones en vivo | grabaciones en directo",
    ),
    ("live", False): Words(
        "studio version | studio versions | studio recordings | studio only",
        "version de estudio | versiones de estudio | grabaciones de estudio",
    ),
    ("popularity", True): Words(
        "hits | big hits | greatest hits | popular | well known | well-known | famous | mainstream | chart toppers",
        "exitos | grandes exitos | populares | conocida | conocidas | conocidos | famosa | famosas | famosos",
    ),
    ("popularity", False): Words(
        "hidden gem | hidden gems | obscure | lesser known | lesser-known | little known | little-known | "
        "unknown songs | unknown artists | unpopular | underrated | deep cuts",
        "joyas ocultas | joyas escondidas | poco conocida | poco conocidas | poco conocidos | menos conocidas | "
        "desconocidas | desconocidos | infravaloradas | poco famosas",
    ),
}
# These hold only where they stand alone: "clean guitars" and "live drums" are sounds.
SAID_ALONE = {("explicit", False): Words("clean"), ("live", True): Words("live", "directo | vivo")}
# These count only in a negation, and then say this: "no vocals", "sin groserías".
DENIED = {
    ("explicit", False): Words(
        "swearing | swear words | swears | cursing | curse words | cuss words | profanity | bad words | "
        "bad language | foul language | strong language | dirty words | dirty lyrics",
        "groserias | palabrotas | malas palabras | insultos | lenguaje explicito | contenido explicito | malsonantes",
    ),
    ("instrumental", True): Words(
        "vocals | vocal | singing | singer | singers | voice | voices | lyrics | words",
        "voz | voces | letra | letras | palabras | cantante | cantantes | cantar",
    ),
}
# "no lyrics about love" denies only such lyrics.
NOT_DENIED_BEFORE = Words("about | of | that | like", "sobre | de | que | como")
FLAG_LABELS = {
    "explicit": ("explicit", "not explicit"),
    "instrumental": ("instrumental", "with vocals"),
    "live": ("live", "no live versions"),
    "popularity": ("hits", "hidden gems"),
}

# Words of mood that are some artist's name as well; in small letters they mean the mood.
MOODS = Words(
    "sad | happy | fast | slow | chill | calm | rain | rainy | love | hate | blue | blues | dark | light | night | "
    "summer | winter | autumn | spring | sun | sunny | sunset | sunrise | moon | morning | party | dance | dancing | "
    "dream | dreams | dreamy | hope | anger | angry | joy | pain | heart | heartbreak | fire | ice | water | sea | "
    "ocean | sky | stars | energy | energetic | soft | loud | quiet | silence | noise | smooth | warm | cold | hot | "
    "sexy | sweet | bitter | nostalgia | nostalgic | melancholy | romance | romantic | epic | groovy | upbeat | "
    "relax | relaxing | sleep | study | focus | work | gym | workout | running | driving | drive | road | city | "
    "home | life | death | drama | beat | beats | drums | guitar | guitars | piano | violin | strings | bass | "
    "synth | brass | sax | saxophone | live | explicit | clean | instrumental | popular | hits | live versions | "
    "remix | remixes | covers | cover | acoustic | melody | boring | songs | music | vocals | lyrics | words | "
    "women | men | girls | boys | anything | everything | here | now | today | me",
    "triste | tristes | alegre | alegres | feliz | felices | rapido | rapida | rapidas | rapidos | lento | lenta | "
    "lentas | lentos | lluvia | amor | odio | noche | dia | verano | invierno | otono | primavera | sol | luna | "
    "fiesta | baile | bailar | sueno | suenos | rabia | alegria | dolor | corazon | fuego | mar | cielo | "
    "estrellas | suave | fuerte | nostalgia | melancolia | romantica | romanticas | desamor | tranquila | "
    "tranquilas | llorar | dormir | estudiar | piano | guitarra | guitarras | bateria | vida | muerte | energia | "
    "antes | siempre | nada | todo | ti | mi | hoy",
)
# Two moods that pull apart, each told by the beginning of a word.
OPPOSITES = (
    (Words("fast | quick", "rapid"), Words("slow", "lent")),
    (
        Words("sad | melanchol | gloomy | depress", "trist | melancol"),
        Words("happy | cheerful | joyful", "alegr | feliz | felic"),
    ),
    (
        Words("calm | relax | quiet | peaceful | chill", "tranquil | relaj | suave"),
        Words("energetic | loud | aggressive | intense | hype", "energet | intens | agresiv | ruidos"),
    ),
    (Words("dark", "oscur"), Words("bright | sunny", "luminos | brillant")),
)
