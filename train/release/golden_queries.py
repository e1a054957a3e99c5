"""The same questions at every release. Songs are drawn from what both catalogues hold; these are the others."""

VIBES = (
    "songs for a rainy heartbreak, no rap, 90s",
    "something calm to study to",
    "fast and happy, under 4 minutes",
    "sad but danceable",
    "loud guitars for the gym",
    "acoustic, quiet, before 1980",
    "songs about the ocean",
    "late night drive",
    "party with friends, nothing slow",
    "a lullaby without drums",
    "canciones tristes para una noche de lluvia",
    "música alegre para bailar, sin rock",
)

LYRICS = (
    "Gravel on the river road, my daddy's truck is slow\nA banjo on the tailgate and a girl I used to know\n"
    "Sunday in the holler with the hymnal on my knee\nLord, that little county never let go of me",
    "Chain up the furnace, let the iron scream\nAsh over altars, blood in the stream\n"
    "Kings of the ruin, kneel and be broken\nThe grave has a mouth and its name has been spoken",
    "Put the bass in the ceiling and the lights down low\nHands up, hands up, we are never going home\n"
    "One more drop till the morning, one more beat in my chest\nDance till the sunrise, forget all the rest",
    "I came up off the corner with a notebook and a plan\nCounting every dollar like a shop clerk's hand\n"
    "They doubted every bar, now they quoting every line\nKept it real with my people, now the whole block shine",
    "Holy is the morning, holy is your name\nYou carried me through water, you carried me through flame\n"
    "Hallelujah, my redeemer, I will lift my voice and sing\nEvery knee will bow before you, my saviour and my king",
    "Smoke in the doorway, a saxophone sighs\nMidnight has rain in its gin-coloured eyes\n"
    "You left with my heart and the change from my ten\nI got the blues, baby, I got them again",
    "Baby, stay a little while, let the candle burn\nEvery touch is a lesson that I want to learn\n"
    "Your skin and my slow hands, the night and the rain\nGirl, whisper it softly, then say it again",
    "Cassette on the dashboard, we were seventeen\nScreaming at the skyline and the static in between\n"
    "I never fixed the window, you never fixed the past\nWe burned like broken neon, we were never built to last",
)
