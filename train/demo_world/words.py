"""The vocabulary that English songs are written with: pure data, one phrase between bars.

Slots: ``{thing}`` a noun phrase in the singular, ``{place}`` where, ``{who}`` somebody, ``{when}`` when.
An act is a verb phrase in the past tense, so that it goes with I, you, we and anybody.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Voice:
    """What a genre talks about."""

    things: str
    places: str
    who: str
    acts: str
    lines: str
    chants: str
    nouns: str


@dataclass(frozen=True)
class Feeling:
    """How a mood talks: whole lines, and adjectives for titles."""

    lines: str
    adjectives: str


@dataclass(frozen=True)
class Theme:
    """What a song is about, whoever sings it."""

    moods: str
    lines: str
    nouns: str


COMMON = Voice(
    things="the kitchen table | my telephone | the window | your old coat | a paper cup | the back door | the moon | "
    "a photograph | my heart | the rain | the radio | a suitcase | your shadow | the spare key | a melody | "
    "the morning | your letter | the staircase | the streetlight | a promise",
    places="on the corner | by the window | across the street | down the hall | at the station | in the doorway | "
    "on the stairs | by the water | under the bridge | in the garden | at the lights | on the roof",
    who="my brother | somebody's daughter | an old friend | the neighbour | my mother | the stranger | the driver | "
    "a girl I knew | the boy next door | the whole street",
    acts="waited by the phone | kept the lights on | missed the last bus | said it out loud | walked home slowly | "
    "closed both eyes | sang the wrong words | learned it by heart | left the door open | carried it home | "
    "threw out the map | counted to ten | held on for a while | saved a seat | told the truth | took the long way",
    lines="I remember {thing} {place} | {who} never said a word | There's nothing like {thing} {when} | "
    "You were standing {place} | I still think of {thing} | Tell me what you told {who} | "
    "Leave {thing} where it is | We could meet {place} | I saw {who} {place} {when} | What am I to do with {thing}?",
    chants="oh, oh, oh | na na na | one more time | whoa | hey | la la la | yeah, yeah | mm-hm",
    nouns="Lantern | Window | Harbour | Postcard | Paper Boat | Orchard | Ribbon | Staircase | Pocket | Feather | "
    "Sparrow | Umbrella | Mirror | Thunder | Ladder | Almond | Copper | Bicycle | Kettle | Marigold | Compass | "
    "Button | Raincoat | Balcony | Island | Envelope | Teacup | Swallow | Blanket | Calendar | Cupboard | Splinter",
)

WHEN = (
    "last November | on a Tuesday | after closing time | the summer we were twenty | when the clocks went back | "
    "before the coffee | all through the spring | at a quarter to three | the year of the flood | after the storm | "
    "in the small hours | on my birthday | while the kettle boiled | a lifetime ago"
)

VOICES = {
    "Alternative": Voice(
        things="my broken cassette deck | the flickering exit sign | your thrift-store sweater | the paper moon | "
        "a plastic horse | the static | my second-hand raincoat | the mirror in the hall | a jar of fireflies | "
        "the ceiling fan | a fishbowl | the wrong photograph",
        places="in the empty parking lot | in the back of the record shop | under the overpass | on the fire escape | "
        "at the bottom of the pool | in your sister's basement | behind the photo booth | on the edge of the suburbs",
        who="the girl with the dictaphone | my imaginary twin | the boy from the arcade | your ex-flatmate | "
        "the night janitor | the saddest clown in town",
        acts="drew a map on a napkin | watched the ceiling breathe | forgot the second verse | wore the wrong shoes | "
        "counted all the satellites | taped over the good part | learned to swim in a bathtub | painted it black | "
        "laughed at the wrong line | slept through the fire drill | talked to the static | cut the picture in half",
        lines="I think {thing} knows my name | Everybody's pretty when the power's out | I'm a tourist in my own house "
        "| You said the future has a funny smell | {who} is always leaving | Nobody told us how to be this strange | "
        "I kept {thing} so I wouldn't have to keep you | There's a hole in the weather the shape of your head | "
        "I have been rehearsing being fine | Even the streetlights look away | We were static, we were colour | "
        "Half of what I say is feedback | I found {thing} {place}",
        chants="ah, ah | and again, and again | never mind me | ooh, static",
        nouns="Static | Satellite | Parking Lot | Swimming Pool | Polaroid | Feedback | Basement | Dictaphone | "
        "Aquarium | Ceiling | Antenna | Wallpaper | Mannequin | Vending Machine",
    ),
    "Classical": Voice(
        things="the silver birch | a single violin | the frozen lake | the candle | the nightingale | the rose | "
        "the old clock | a distant bell | the swan | the evening star | a silent harp | the linden tree",
        places="beneath the linden | beyond the hills | in the marble hall | by the still lake | at the abbey gate | "
        "in the moonlit grove | upon the mountain | beside the spring",
        who="the shepherd | the miller's daughter | the wanderer | my gentle one | the ferryman | the queen of evening",
        acts="wept among the roses | followed the river | laid down the lute | called across the valley | "
        "lit a single candle | heard the distant bell | slept beneath the willow | gathered in the harvest | "
        "wandered by the water | danced one slow pavane | wove a crown of ivy | listened to the snow",
        lines="O gentle night, be kind to me | Hark, how softly falls {thing} | {thing} sleeps {place} | "
        "Sing, little stream, of what is gone | Spring comes late to the mountain | Stay, sweet evening, stay | "
        "The shadows lengthen {place} | So fair the dawn, so brief the day | Peace, my heart, and be still | "
        "{who} wanders {place} | Softly the strings begin to speak | No word is left, and yet there is music",
        chants="ah, dolce | la luna | gloria | lullay, lullay",
        nouns="Nightingale | Linden | Swan | Pavane | Birch | Abbey | Ferryman | Winter Rose | Meadow | Evening Star | "
        "Carillon | Snowfall | Willow | Heron",
    ),
    "Comedy": Voice(
        things="my landlord's parrot | the microwave | a sandwich | the printer | your mother's casserole | a traffic "
        "cone | the self-checkout | my left sock | the wi-fi | a suspicious melon | the group chat | the photocopier",
        places="at the garden centre | in aisle seven | at the dentist | on the works outing | in the lift | "
        "at my cousin's wedding | on a bouncy castle | in the car park",
        who="my uncle Gerald | the man from the council | my yoga teacher | a very tall dentist | the HR department | "
        "your mother's accountant",
        acts="argued with a pigeon | ate the wedding cake | got stuck in a deckchair | replied to all | fell in the "
        "pond | called the teacher mum | waved back at a stranger | married the wrong twin | microwaved a fork | "
        "ironed the trousers I was wearing | sat on the birthday hat | sneezed into the microphone",
        lines="Nobody warned me about {thing} | {who} is banned from the buffet | I'd do anything for love, except "
        "the bins | My doctor says I'm mostly cheese | I asked for soup and they gave me {thing} | Please do not feed "
        "{who} | That's not a hat, that's {thing} | I've got ninety-nine tabs open and you're the one with the music | "
        "They told me to be myself, then took it back | I lost my dignity {place} | "
        "There's a raccoon and he's wearing my gown | Don't look at me, ask {who}",
        chants="doo-dah | boom, tish | and he never paid me back | oom-pah-pah",
        nouns="Casserole | Pigeon | Deckchair | Trouser | Microwave | Landlord | Parrot | Bouncy Castle | Sandwich | "
        "Raccoon | Gnome | Printer | Melon | Spatula",
    ),
    "Electronic": Voice(
        things="the strobe | a pulse | the signal | the bassline | your silhouette | the machine | the laser | "
        "a frequency | the smoke | the neon | the circuit | a hologram",
        places="on the dance floor | in the warehouse | under the lasers | inside the speaker | in the blue light | "
        "at the afterparty | in the strobe | out on the runway",
        who="the DJ | a girl in silver | the crowd | my digital double | the stranger in the smoke | the night shift",
        acts="moved with the bassline | lost track of time | turned into light | felt it in the floor | followed the "
        "signal | closed the distance | let the rhythm in | came up for air | dissolved in the smoke | went all the "
        "way under | danced till the power cut | synchronised",
        lines="Feel {thing} | Let it go, let it loop, let it go | Move with me {place} | We are signal, we are noise | "
        "Higher than {thing} | The night is a machine | Nothing but {thing} and you | Turn me up | "
        "Your body is a frequency | I don't want to come down yet | Lose your name {place} | "
        "A thousand hands and one heartbeat",
        chants="go, go, go | higher, higher | let it loop | drop it",
        nouns="Signal | Pulse | Neon | Circuit | Voltage | Silhouette | Strobe | Frequency | Warehouse | Hologram | "
        "Gravity | Orbit | Oscillator | Afterglow",
    ),
    "Folk/Country": Voice(
        things="the porch light | my granddad's truck | a mason jar | the old guitar | the county road | my worn-out "
        "boots | the screen door | a barbed-wire fence | the river | the rusted gate | a banjo | the hay wagon",
        places="by the county line | on the front porch | down in the holler | at the feed store | by the riverbend | "
        "out past the grain silo | at the Friday dance | up on the ridge",
        who="my daddy | the preacher's son | old Walt Pickering | the girl from the feed store | my sister June | "
        "the sheriff",
        acts="drove the tractor home | mended the fence | prayed for rain | tied up the horses | poured another "
        "whiskey | played that old guitar | buried the dog by the barn | sold the farm | carved two names in the oak | "
        "came back with the harvest | slept in the truck bed | waved from the gate",
        lines="There's a river where I come from | {thing} don't owe me anything | Mama kept {thing} by the stove | "
        "They don't make hearts like they used to | I got dust in my coffee and you on my mind | Whiskey knows my "
        "name {place} | {who} taught me all three chords | I was born {place} | Take me back to the pines | "
        "The crickets know the words by now | Lord, I miss that screen door | A man could drown in a field of corn",
        chants="hey now | lord, lord | carry me home | fiddle, play",
        nouns="River | Porch | Holler | Whiskey | Tractor | Pine | Mason Jar | Saddle | Cornfield | Riverbend | "
        "Banjo | Grain Silo | Gravel Road | Fence Post",
    ),
    "Hip-Hop": Voice(
        things="the block | my chain | the mic | the cheque | my notebook | a pair of fresh kicks | the corner store | "
        "the cipher | the beat | the hustle | my city | the throne",
        places="on the block | in the back of the whip | at the bodega | in the booth | up in the penthouse | "
        "on the late bus | in the cipher | at the top of the stairwell",
        who="my day ones | the landlord | my little cousin | the whole crew | these rappers | my mama",
        acts="wrote it in the margins | flipped the script | counted every dollar | came up from nothing | ran it "
        "back twice | kept my circle small | stacked it to the ceiling | put the city on | never sold the masters | "
        "spat it in one take | moved in silence | paid off my mama's house",
        lines="Started with {thing} and a borrowed beat | They want {thing} but they don't want the work | I'm the "
        "reason that {who} can't sleep | Pen like a scalpel, flow like a flood | Ask {who} how we did it | "
        "Real ones know what the silence cost | Every bar is rent money | I came up {place} | Mama said stay humble, "
        "so I whisper when I win | You can't buy {thing} with likes | From the stairwell to the skyline | "
        "Still the same kid {place}",
        chants="yeah, uh | run it back | let's get it | skrrt",
        nouns="Crown | Ledger | Cipher | Stairwell | Bodega | Skyline | Hustle | Receipt | Penthouse | Notebook | "
        "Payday | Concrete | Rent Money | Passenger",
    ),
    "Jazz/Blues": Voice(
        things="the saxophone | a dry martini | the blue light | my last dollar | the upright piano | a cigarette | "
        "the bar stool | the midnight train | the moon over the avenue | a trumpet | the tip jar | the crossroads",
        places="at the corner table | down at the crossroads | in the back-room bar | on Alder Avenue | by the "
        "bandstand | in the smoke | on the midnight train | at the hotel piano",
        who="the piano man | my baby | the bartender | Miss Odette | the bass player | a woman in green",
        acts="played it in B flat | ordered one more gin | woke up this morning | pawned the saxophone | tipped the "
        "piano man | hummed the bridge | lost it all at cards | danced past closing | blew a lonesome horn | "
        "swung it low and easy | begged the moon to stay | paid the devil twice",
        lines="I got the blues and they got me | Play it slow for {who} | My baby took {thing} and the train fare | "
        "The moon is just a spotlight for fools | {thing} is all that's keeping time | Pour me something blue {place} "
        "| Woke up this morning and {thing} was gone | Love is a tune I can't play straight | Hush now, let the bass "
        "explain | Trouble knows my address | There's a chair for the lonesome {place} | Swing me gently out the door",
        chants="oh, baby | bop-doo-wah | lord, lord | scat-a-doo",
        nouns="Saxophone | Martini | Crossroads | Midnight Train | Bandstand | Tip Jar | Bar Stool | Trumpet | "
        "Blue Light | Gin | Hotel Piano | Cigarette | Last Dollar | Serenade",
    ),
    "Metal": Voice(
        things="the iron gate | the black sun | a crown of ash | the throne | the serpent | the hammer | the pyre | "
        "my rotting crown | the wolf | the abyss | the blade | a thousand ravens",
        places="beneath the black sun | at the gates | in the halls of stone | on the burning plain | "
        "beyond the grave | "
        "in the mouth of the wolf | upon the pyre | under a blood-red moon",
        who="the executioner | the blind king | the horde | the last of my bloodline | the priest of worms | "
        "the blacksmith",
        acts="drank from the skull | broke the seventh seal | burned the city down | rose from the ashes | fed the "
        "ravens | forged it in fire | knelt before nothing | tore down the throne | rode into thunder | "
        "carved it in bone | swallowed the sun | buried the crown",
        lines="Behold {thing} | No god will answer {place} | I am the storm that you prayed for | Rise from the ashes, "
        "rise | Darkness has a voice and it sounds like mine | {who} shall not sleep | Bring me {thing} and bring me "
        "war | Blood for the mountain, bone for the sea | Silence the bells | Your kingdom is dust {place} | "
        "We march until {thing} falls | Nothing is holy, nothing is whole",
        chants="burn, burn | rise | hail the fallen | to the end",
        nouns="Ash | Serpent | Throne | Abyss | Raven | Hammer | Pyre | Wolf | Black Sun | Plague | Gallows | "
        "Leviathan | Bone | Tombstone",
    ),
    "Pop": Voice(
        things="my lipstick | your playlist | the taxi | a heart-shaped balloon | the glitter | my favourite dress | "
        "the spotlight | your number | the weekend | a strawberry sky | the mirror ball | your hoodie",
        places="on the dance floor | in the back of a taxi | at the after-party | on your balcony | "
        "at the drive-through "
        "| in my bedroom | by the photo booth | in the front row",
        who="my best friend | your new girl | the boy of the summer | everybody | my therapist | the cute one",
        acts="texted you first | danced in the kitchen | stole your hoodie | kissed in the taxi | cried off the "
        "mascara | took a hundred pictures | fell way too fast | blocked your number | made a wish | stayed till they "
        "closed | played it on repeat | wore the glitter home",
        lines="Baby, you're {thing} | I'm not over you but I'm over it | You had me {place} | "
        "Tell {who} I said hello | "
        "My heart goes off like {thing} | Got your name on my lips and {thing} in my hand | I could do this all "
        "weekend | Don't call me baby, call me back | Everybody's talking but I only hear you | You and me and "
        "{thing} | Kiss me like the song's about to end | I look good in goodbye",
        chants="oh-oh-oh | ooh, baby | hey, hey | tonight, tonight",
        nouns="Lipstick | Glitter | Taxi | Weekend | Balloon | Mascara | Mirror Ball | Hoodie | Photo Booth | Crush | "
        "Strawberry | Heartbeat | Spotlight | Bubblegum",
    ),
    "R&B/Soul": Voice(
        things="your perfume | the slow jam | my pillow | a velvet rope | the candle | your touch | the silk robe | "
        "my pride | the record player | your body heat | the Sunday dress | a second chance",
        places="between the sheets | on the sofa | in the slow lane | at your mama's house | by the record player | "
        "in the candlelight | on the phone | in the steam",
        who="my baby | your mama | that other woman | my heart | the man I was | sweet Loretta",
        acts="gave you all my love | took it nice and slow | called your name | ran you a bath | swallowed my pride | "
        "played our record | begged you to stay | kissed it better | turned the lights down | loved you right | "
        "came home late | put some honey on it",
        lines="Baby, let me love you {place} | You got that slow-burning kind of love | "
        "Ain't nobody hold me like you do | "
        "Slow it down and let {thing} talk | I can smell {thing} on my skin | Tell me where it hurts, baby | "
        "Your love is Sunday morning | I been a fool for {thing} | Stay right there {place} | Ooh, you make me "
        "forget my manners | My mama warned me about you | Give me all your trouble and I'll give you sugar",
        chants="ooh, baby | yes, you do | sugar, sugar | mm, slow down",
        nouns="Corduroy | Honey | Perfume | Slow Dance | Candle | Satin | Sugar | Pillow | Body Heat | Sunday Dress | "
        "Second Chance | Silk | Molasses | Temptation",
    ),
    "Reggae/Latin": Voice(
        things="the riddim | the mango tree | a hammock | the sound system | the sugar cane | your hips | "
        "the tambora | "
        "the full moon | a fishing boat | the island breeze | the sunset | the market",
        places="down by the bay | under the palm | in the plaza | at the carnival | on the beach road | "
        "in the barrio | "
        "by the sound system | on the malecón",
        who="my corazón | the fisherman | abuela | the drummer | the rude boy | Rosalba",
        acts="danced barefoot | passed the rum around | followed the riddim | moved those hips | sailed at dawn | "
        "kissed under the palm | shared the last mango | chased away the trouble | shook the whole plaza | "
        "sang with the tambora | gave thanks for the sun | drummed on the table",
        lines="Come a little closer, mi amor | Feel the riddim {place} | One love, one fire, one drum | Baila, baila, "
        "don't be shy | The sun don't charge for shining | {who} can move that body | Trouble can't swim, so meet me "
        "{place} | We don't need money, we got {thing} | Ay, {thing} is calling | Dance till {who} comes home | "
        "Jah made the morning for everybody | Your smile is warmer than {thing}",
        chants="ay, ay, ay | irie, irie | dale, dale | wey-oh",
        nouns="Mango | Hammock | Carnival | Riddim | Sugar Cane | Fisherman | Palm | Tambora | Sunset | Bayside | "
        "Rum | Barrio | Sound System | Hibiscus",
    ),
    "Religious": Voice(
        things="the cross | your mercy | the river Jordan | a mustard seed | the narrow road | the altar | "
        "your grace | "
        "the lamp | the harvest | the promise | a crown of thorns | the choir",
        places="at the altar | by the still water | on the mountain | in your presence | down at the river | "
        "before the "
        "throne | in the valley | in the upper room",
        who="the shepherd | the choir | a sinner like me | my grandmother | the prodigal son | the congregation",
        acts="laid my burden down | lifted up my hands | fell on my knees | found the narrow road | washed it in the "
        "river | lit the altar lamp | sang with the angels | called upon your name | walked through the valley | "
        "came home to the father | broke the bread | gave you all the glory",
        lines="You are holy, you are holy | Lord, I bring you {thing} | Hallelujah, {thing} is risen in me | Great is "
        "your mercy {place} | I was lost {place} | Lead me, shepherd, lead me home | Every knee, every tongue, every "
        "morning | Your grace is deeper than the sea | Amen, amen, let {who} sing | I will praise you {place} | "
        "There is room at the table for {who} | Faith the size of a mustard seed",
        chants="hallelujah | amen, amen | glory, glory | holy, holy",
        nouns="Mercy | Altar | Shepherd | Mustard Seed | Jordan | Grace | Valley | Lamp | Psalm | Narrow Road | "
        "Hallelujah | Harvest | Upper Room | Dove",
    ),
    "Rock": Voice(
        things="my leather jacket | the amplifier | the highway | a broken bottle | the jukebox | the engine | "
        "a pawn-shop guitar | the gasoline | the neon sign | my motorcycle | the backstage door | the lightning",
        places="on the highway | at the truck stop | backstage | in a roadside motel | behind the wheel | at the "
        "drive-in | outside the liquor store | on the wrong side of town",
        who="the bass player | Johnny Cutler | the queen of the truck stop | my old man | the rebel in the back row | "
        "your new boyfriend",
        acts="turned it up loud | drove all night | broke a string | burned the bridges | kicked down the door | "
        "smashed the bottle | hit the gas | slept in the van | stole a motorcycle | screamed into the wind | "
        "played for the bartender | never looked back",
        lines="I got gasoline in my veins | Turn up {thing} and let it burn | We ain't going home {when} | "
        "{thing} is louder than your father | Give me one more mile | You can't kill {thing} | Rolling thunder {place} "
        "| I was wild {place} | Hey, {who}, what's the hurry? | "
        "Put your hand on the wheel and your foot on the floor | "
        "Three chords and {thing} | They said slow down so I bought a faster car",
        chants="yeah, yeah, yeah | hey! hey! | whoa-oh | come on",
        nouns="Gasoline | Highway | Jukebox | Engine | Leather | Amplifier | Motel | Lightning | Motorcycle | "
        "Truck Stop | Dynamite | Switchblade | Rearview | Thunderbird",
    ),
    "Soundtrack": Voice(
        things="the horizon | the last light of the city | the tower | my sword | the closing scene | "
        "the red curtain | "
        "a distant shore | the lighthouse | the kingdom | the map | the silver screen | the starship",
        places="beyond the horizon | at the edge of the world | in the final reel | at the top of the tower | "
        "behind the curtain | in the kingdom | on the open sea | where the credits roll",
        who="the hero | the captain | the lost princess | the narrator | my brother in arms | the villain",
        acts="crossed the open sea | turned the last page | faced the dragon | stepped into the light | followed the "
        "map | raised the silver sail | stood and watched the dawn | remembered the song | walked into the frame | "
        "opened the forgotten door | lit the beacon | kept the secret",
        lines="This is where the story turns | Somewhere {place} a door is opening | I will find you {place} | "
        "Every hero has a song like this | Look, {thing}, and the world begins | We were only small {place} | "
        "Let the curtain rise | The narrator forgot my name | Hold on to {thing} | One more chapter, one more dawn | "
        "And the music swells for {who} | Who will remember {who}?",
        chants="ah-ah-ah | ever on | to the stars | far, so far",
        nouns="Horizon | Lighthouse | Kingdom | Starship | Beacon | Red Curtain | Closing Scene | Dragon | Tower | "
        "Silver Sail | Last Chapter | Cartographer | Overture | Citadel",
    ),
}
