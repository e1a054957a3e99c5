"""How moods and subjects talk, and the rhymes: pure data, one phrase between bars."""

from __future__ import annotations

from train.demo_world.words import Feeling, Theme

FEELINGS = {
    "joyful": Feeling(
        "I woke up laughing and I don't know why | Everything is better with the windows open | I could kiss {who} "
        "just for standing there | Today the whole world fits in my pocket | Throw {thing} up in the air | "
        "I've got sunshine in my shoes | Nothing can touch us {place} | What a lucky, lucky day | "
        "Clap your hands for {who}",
        "Golden | Lucky | Sunny | Bright | Giddy | Sparkling | Yellow | Barefoot",
    ),
    "party": Feeling(
        "Put your hands up, we're not finished yet | Nobody's leaving till {thing} gives out | Louder, louder, wake "
        "the neighbours | {who} is dancing on the table | Get up, get down, get lost with me | The night is young and "
        "so are we | Shake it {place} | One more song, one more drink, one more hour | Everybody jump",
        "Midnight | Loud | Neon | Wild | Sweaty | Electric | Sleepless | Glitter",
    ),
    "hopeful": Feeling(
        "Tomorrow's got our name on it | We're nearly there, I can see {thing} | Keep your head up, keep the faith | "
        "I'm learning how to stand again | Something good is coming {place} | Every scar is a door that opened | "
        "We will rise, we will mend | Somebody kept a light on for me | I believe in {who}",
        "New | Rising | Open | Green | Steady | Morning | Brave | Unbroken",
    ),
    "romantic": Feeling(
        "Hold me like you mean to stay | I'd trade {thing} for one more kiss | Your hand fits mine like it was made "
        "there | I love you more than I can spell | Say my name and I'll come running | You're the only one {place} | "
        "Let me be the one you tell | My heart is yours, the rest is furniture | Darling, come a little closer",
        "Tender | Velvet | Sweet | Crimson | Darling | Slow | Honeyed | Blushing",
    ),
    "calm": Feeling(
        "Breathe in, breathe out, let it be | There's no hurry {place} | The water is quiet, and so am I | "
        "Rest your head, the day is done | Softly now, the kettle sings | I could sit here all day with {thing} | "
        "The breeze has nothing to prove | Let the world go by {place} | Easy now, easy",
        "Quiet | Gentle | Slow | Still | Drowsy | Soft | Pale | Lazy",
    ),
    "dreamy": Feeling(
        "I floated past {thing} in my sleep | The ceiling turned to stars again | You were half a ghost and half a "
        "song | Clouds come in and rearrange the room | Am I awake or are you far away? | Everything is slow and "
        "silver {place} | We drifted like paper on the water | I dreamed of {who} again | Colours that I couldn't name",
        "Floating | Silver | Hazy | Moonlit | Violet | Weightless | Distant | Paper",
    ),
    "nostalgic": Feeling(
        "Do you remember {thing}? | We were kids and we knew everything | I found a picture of us {place} | It smells "
        "like the year we met | They tore it down, but I still park there | Where does the time go when it leaves? | "
        "I miss who I was {place} | Back when {who} still knew my name | Those were the days and nobody told us",
        "Faded | Old | Sepia | Late | Dusty | Childhood | Vanished | Borrowed",
    ),
    "sad": Feeling(
        "I can't stop crying over {thing} | You left and took the weather with you | My heart is a house with nobody "
        "in | I miss you most {place} | Tears don't ask if it's a good time | I still set the table for two | "
        "How do I sleep on your side of the bed? | Even {thing} looks lonely | There's no goodbye that fits",
        "Lonely | Blue | Broken | Empty | Grey | Weeping | Hollow | Tearful",
    ),
    "brooding": Feeling(
        "There's something wrong with {thing} | I don't trust the quiet | They're watching from {thing} | The dark "
        "has a hand on my shoulder | I keep a secret {place} | Nobody knows what {who} did | The shadows have names "
        "and I know a few | Cold comes in {place} | I've been thinking bad thoughts about {who}",
        "Ink-Black | Hidden | Cold | Crooked | Haunted | Iron | Restless | Bitter",
    ),
    "angry": Feeling(
        "I'm done being quiet | You lied, you lied, you lied again | Burn it down and blame {who} | Don't you dare "
        "speak my name | I'll break {thing} before I break | Say it to my face {place} | I want it back, every "
        "minute | You can keep {thing} and choke on it | I've had enough of {who}",
        "Burning | Savage | Bitter | Ruthless | Red | Poisoned | Merciless | Shattered",
    ),
}

THEMES = {
    "rain": Theme(
        "sad nostalgic calm brooding",
        "It's been raining since you left | Rain on the roof and rain in my shoes | The gutters are singing {when} | "
        "I never own an umbrella when it counts | Grey sky, grey coat, grey coffee | Let it pour, let it pour",
        "Rain | Umbrella | Drizzle | Puddle | Cloudburst",
    ),
    "heartbreak": Theme(
        "sad angry brooding nostalgic",
        "You broke my heart like a dinner plate | I boxed up your things {when} | Your toothbrush hasn't heard yet | "
        "I deleted your number but my thumb knows it | We divided the records, I got the sad ones | "
        "You said it's not me, it was {who}",
        "Heartbreak | Farewell Note | Cardboard Box | Last Kiss | Toothbrush",
    ),
    "road": Theme(
        "hopeful nostalgic joyful",
        "Two hundred miles and a bag of cherries | Read me the map, I'll read you the sky | The road goes on like a "
        "good excuse | We left before the sun had shoes on | Windows down through every town | "
        "Next exit, I promise, next exit",
        "Road | Mile | Petrol Station | Dashboard | Roundabout",
    ),
    "sea": Theme(
        "calm dreamy nostalgic",
        "The tide came in and took our names | Salt in my hair and sand in the bed | Ships go by like slow ideas | "
        "The ferry leaves at ten with or without me | I gave {thing} to the sea | Every wave is a letter returned",
        "Ferry | Tide | Lighthouse | Harbour | Seashell",
    ),
    "city": Theme(
        "party brooding dreamy",
        "This city never puts the kettle on | Forty floors up and the traffic is a river | Taxi lights like a string "
        "of pearls | Every window is someone else's film | I know the night bus by its cough | "
        "Sirens sing the bassline {when}",
        "City | Rooftop | Night Bus | Skyscraper | Crosswalk",
    ),
    "dance": Theme(
        "party joyful romantic",
        "I can't dance but I'm dancing | Spin me till the room forgets | Left foot, right foot, no foot, you | "
        "The floor is made of second chances | Take my hand, the song is short | My hips have a mind and a lawyer",
        "Dance Floor | Slow Dance | Shoe | Disco | Tango",
    ),
    "first love": Theme(
        "romantic joyful dreamy",
        "You lent me a pencil and I lost my mind | I practised your name in the margins | First time I held a hand "
        "that long | We shared one earphone and one secret | My knees made a fool of me {when} | "
        "You smiled and I forgot the bus",
        "First Kiss | Pencil | Valentine | Secret | Playground",
    ),
    "long love": Theme(
        "romantic calm hopeful",
        "Thirty years and you still steal the blanket | We grew old like a good pair of shoes | You know my coffee "
        "and all of my lies | I'd marry you again {when} | We fixed the roof, we fixed the car, we fixed us | "
        "Your snoring is my favourite song",
        "Wedding | Blanket | Anniversary | Porch Swing | Silver Ring",
    ),
    "work": Theme(
        "angry brooding hopeful",
        "Clock in, clock out, repeat until dead | The boss drives by in my overtime | My back knows the price of "
        "everything | Payday's Friday, it's gone by Monday | I built that tower, I can't afford the view | "
        "One day I'll quit in a very long speech",
        "Paycheque | Overtime | Night Shift | Factory | Time Clock",
    ),
    "small town": Theme(
        "nostalgic sad calm",
        "Everybody knows what I did {when} | There's one road in and it's mostly closed | The cinema's a carpet shop "
        "now | I swore I'd leave and I'm still swearing | They named the bridge after no one I know | "
        "Friday night, two streetlights and a dog",
        "Hometown | Water Tower | Carpet Shop | Main Street | Fairground",
    ),
    "insomnia": Theme(
        "dreamy brooding sad",
        "It's four in the morning and I'm wide awake | The clock has a lot to say | I've counted sheep, they've "
        "started counting me | Sleep is a party I'm not invited to | The pillow's warm on both sides | "
        "My thoughts are wearing heavy boots",
        "Pillow | Alarm Clock | Sleepwalker | Midnight Clock | Night Light",
    ),
    "kitchen": Theme(
        "nostalgic calm joyful",
        "Grandma's kitchen, steam on the glass | Flour on her hands and a song on her tongue | There's soup enough "
        "for the whole street | She never wrote the recipe down | Peel the potatoes, tell me the truth | "
        "Cinnamon, butter and bad advice",
        "Kitchen | Cinnamon | Teapot | Apron | Bread",
    ),
    "animals": Theme(
        "joyful calm party",
        "My dog has better friends than me | The cat came back with a better name | There's a fox in the garden and "
        "he's wearing my luck | Birds on the wire like a tune I can't read | She barks at the moon and the moon barks "
        "back | A horse never asks what you do for a living",
        "Dog | Fox | Stray Cat | Blackbird | Pony",
    ),
    "war": Theme(
        "angry brooding sad",
        "They sent our brothers over the hill | No one wins, they only count | The drums began {when} | A flag is a "
        "blanket for nobody warm | Bury the orders with the men | The general sleeps in a feather bed",
        "Soldier | Drum | Battlefield | Flag | Trench",
    ),
    "stars": Theme(
        "dreamy hopeful romantic",
        "We're made of stars and takeaway | I saw a comet and I made it a wish | Houston never wrote me back | "
        "Gravity is only a habit | There's a planet with your laugh on it | Count down with me, ten to one",
        "Comet | Rocket | Galaxy | Planet | Telescope",
    ),
    "winter": Theme(
        "sad calm dreamy",
        "Snow came down like torn-up letters | December's got its hands in my coat | The lake is hard and so are we | "
        "I keep the stove lit for no one | Breath like ghosts on the early bus | The snowman has your father's hat",
        "Snow | December | Icicle | Mitten | Frost",
    ),
    "summer": Theme(
        "joyful party nostalgic",
        "Ice cream melting down my wrist | The summer has no brakes | Sunburn shaped like a holiday | We jumped in "
        "the lake with our phones on | July, you beautiful liar | Eleven o'clock and it's still not dark",
        "Summer | Ice Cream | July | Lemonade | Sunburn",
    ),
    "trains": Theme(
        "nostalgic sad hopeful",
        "The last train's late and so am I | I saw you through the glass, moving left | Platform nine, a paper cup, "
        "no you | Mind the gap between us | All the stations look like yours | I bought two tickets out of habit",
        "Train | Platform | Ticket | Timetable | Carriage",
    ),
    "telephone": Theme(
        "sad romantic angry",
        "Pick up, pick up, it's only me | Three dots blinking and then nothing | I heard you breathe and I heard you "
        "hang up | Leave a message after the heartbreak | Your voice is mostly battery | "
        "I called {who} by mistake on purpose",
        "Voicemail | Telephone | Dial Tone | Wrong Number | Missed Call",
    ),
    "rising up": Theme(
        "hopeful angry joyful",
        "They said never and I said watch | From the bottom I could see the top | You can't keep a good song down | "
        "I was nobody with a notebook | Hands up if they laughed at you | We're not asking any more",
        "Champion | Trophy | Comeback | Mountain | Victory",
    ),
    "garden": Theme(
        "calm romantic hopeful",
        "I planted beans and forgave you | The roses don't know who left | Dirt on my knees, sun on my neck | "
        "Something's always growing {place} | Bees go home drunk on the lavender | You can't rush a pear",
        "Garden | Lavender | Tomato | Honeybee | Pear Tree",
    ),
    "ghosts": Theme(
        "brooding dreamy angry",
        "There's a ghost in the guest room, he's better than most | The floorboards tell on me | Somebody's been "
        "sitting in my chair since 1903 | I heard your name in the plumbing | Don't go up to the attic {when} | "
        "We leave a light on for the dead",
        "Ghost | Attic | Candlestick | Cellar | Phantom",
    ),
    "morning": Theme(
        "calm hopeful joyful",
        "Coffee first and then the world | The sun came in without knocking | Toast for one and a song for two | "
        "Good morning to everyone but my alarm | The paper boy whistles out of tune | Put the kettle on, I'm new",
        "Coffee | Sunrise | Toast | Marmalade | Porridge",
    ),
    "celebration": Theme(
        "party joyful hopeful",
        "Blow the candles, make it a loud one | There's cake on the ceiling and nobody cares | Tonight we're "
        "everybody's birthday | Raise a glass to {who} | The band is bad and we love them | "
        "Confetti in my hair till Thursday",
        "Birthday | Confetti | Champagne | Balloon | Firework",
    ),
}

# Rhymes: a family's tails as (plain, bright, dark); each tail may follow any act.
RHYMES: tuple[tuple[str, str, str], ...] = (
    (
        "on a Saturday night | by the refrigerator light | at the end of the night | in the traffic light",
        "till the morning light | with all of my might | in the candlelight | and the feeling was right",
        "in the dead of the night | in the failing light | like a losing fight | out of mind, out of sight",
    ),
    (
        "in the middle of the day | a thousand miles away | on the motorway | by the side of the bay",
        "like a holiday | the old-fashioned way | on the first of May | like children at play",
        "when the sky went grey | as you slipped away | with nothing left to say | and threw the day away",
    ),
    (
        "in the falling snow | a long time ago | with the lights down low | down in the second row",
        "with our hearts aglow | where the wild things grow | like a river in flow | and danced to and fro",
        "with nowhere to go | with the tank running low | where nobody would know | and would not let go",
    ),
    (
        "on the underground | when the wheel went round | without a sound | in the lost and found",
        "on solid ground | dancing round and round | with the treasure we found | and leapt off the ground",
        "six feet underground | as the ship ran aground | and never was found | with nobody around",
    ),
    (
        "on the early train | at the window pane | at the end of the lane | somewhere over Spain",
        "in the summer rain | with a glass of champagne | high as an aeroplane | again and again",
        "in the freezing rain | to dull the pain | dragging a ball and chain | and all of it in vain",
    ),
    (
        "at the corner store | outside your door | along the shore | on the second floor",
        "and shouted for more | till our feet were sore | all over the dance floor | and the crowd wanted more",
        "as you closed the door | alone on the floor | in a one-man war | and could not any more",
    ),
    (
        "at the end of the hall | with my back to the wall | on a long-distance call | in the first of the fall",
        "and loved it all | having a ball | ten feet tall | to the curtain call",
        "waiting for your call | and watched it all fall | through a crack in the wall | for nothing at all",
    ),
    (
        "on the county line | next in line | by the welcome sign | at half past nine",
        "in the warm sunshine | feeling fine | with your hand in mine | with the stars in a line",
        "past the warning sign | pretending to be fine | when you were still mine | at the end of the line",
    ),
    (
        "in the shade of a tree | by the edge of the sea | over cups of tea | in the key of C",
        "wild and free | just you and me | happy as can be | for the whole world to see",
        "across a cold sea | where nobody could see | under the gallows tree | and lost the key",
    ),
    (
        "on the edge of the bed | with a tune in my head | under skies of red | like the letter said",
        "with the whole summer ahead | jumping on the bed | with stars overhead | like the good book said",
        "with a storm overhead | on an unmade bed | with the words unsaid | hanging by a thread",
    ),
    (
        "on the edge of town | with the sun going down | in a borrowed gown | with the windows down",
        "laughing like a clown | in a paper crown | all over town | and painted the town",
        "as the walls came down | in a ghost of a town | where the sailors drown | and let it all drown",
    ),
    (
        "on a one-way street | in the passenger seat | at the end of the street | in the August heat",
        "to the same old beat | and it tasted sweet | with wings on our feet | barefoot in the street",
        "in the driving sleet | in full retreat | under a winding sheet | to the taste of defeat",
    ),
    (
        "right from the start | in a shopping cart | in a museum of art | in the second part",
        "with an open heart | like a brand new start | and made it an art | with a drum for a heart",
        "with half a heart | as it fell apart | miles apart | with a stone for a heart",
    ),
    (
        "by the telephone wire | beside the fire | in the back of the choir | on a bicycle tyre",
        "like a house on fire | higher and higher | full of desire | and sang like a choir",
        "with a match to the wire | like a convicted liar | through the smoke of the fire | on a funeral pyre",
    ),
)
