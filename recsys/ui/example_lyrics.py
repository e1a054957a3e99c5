"""Lyrics to try the tagger with, all written for this page."""

EXAMPLES = {
    "Country": """There's a gravel road behind the barn where daddy parked his truck
A jar of nails, a rusted plow, a horseshoe hung for luck
Mama's on the front porch swing with sweet tea in her hand
And Sunday's radio still plays that old string fiddle band

So take me home to Willow Creek, where the whiskey's smooth and slow
Where the boys in boots and faded jeans still know which way to go
I've got cornfield dust on my old guitar and a hound dog by the door
Lord, I left that little country town, but I don't leave no more

I drove a rig to Tulsa once and I lost my way in rain
I wrote your name on a motel wall and I caught the morning train

So take me home to Willow Creek, where the whiskey's smooth and slow
Where the boys in boots and faded jeans still know which way to go""",
    "Rap": """Yeah, uh, check the mic, one two, I'm back on the block
Eleven bus to eleven bucks, now I'm watching the stock
Homies on the corner, they been hustling since noon
I put the whole hood in the verse and then I fly to the moon
Rhymes in my pocket, got the beat in my chest
Haters talking reckless but they never impress
I ain't playing with you clowns, I been stacking my cash
Whip so clean that the streetlights crash on the dash

Run it up, run it up, we don't ever slow down
Run it up, run it up, put my crew on the crown
From the basement to the stage, man, they knowing my sound
Run it up, run it up, we don't ever slow down""",
    "Metal": """Beneath the throne of ashes where the iron serpents sleep
The blood of fallen kings is black, the graves are dark and deep
I hear the hammers of the dead, they pound inside my skull
A thousand burning cities and the screaming of the gull

Rise, destroyer, tear the heavens from the sky
Rise, destroyer, let the weak and faithless die
Hatred feeds the fire, the abyss will be our home
Death rides on a pale machine of wire, flesh and bone

No god to hear your prayers now, no mercy in the night
The wolves of war are circling and the darkness eats the light
Rise, destroyer, tear the heavens from the sky""",
    "Soul ballad": """Baby, come a little closer, let me hold you through the night
Every word I never told you, I can feel it, feels so right
Ooh, your love is like a river and it's running to my soul
I was broken, I was lonely, now your touch has made me whole

Stay with me, darling, don't you let me go
There's something in your kiss that only lovers know
Stay with me, darling, turn the lights down low
I need you, oh I need you more than you could ever know

Candles on the table and your head upon my chest
Honey, you can have my heart, and you can have the rest
Stay with me, darling, don't you let me go""",
    "Hymn": """O Lord of hosts, I bring to Thee the burden of my days
My mouth shall sing Thy mercy, Lord, my heart shall give Thee praise
When I was lost in darkest vale Thy Spirit led me through
The Lamb was slain upon the tree and made my soul anew

Hallelujah, glory, Father, Spirit, Son
Hallelujah, worthy is the Holy One
Saved by grace and washed in blood, the victory is won
Hallelujah, Jesus, let Thy will be done

And when I stand at heaven's gate before the throne of grace
The angels sing Thy holy name, I'll see my Saviour's face""",
    "In Spanish": """Mi corazón te busca por las calles de la mar
La luna está bailando y no te quiere despertar
Dame una noche más, morena, que no puedo respirar
Que sin tus besos en la arena yo no sé cantar

Baila, baila, baila conmigo hasta el sol
Baila, baila, que me muero de calor
Tu cintura y mi guitarra, una historia de los dos
Baila, baila, que la noche es del amor

Y si mañana te me vas en el primer vapor
Te dejo escrita en una carta toda mi canción""",
}
