"""One small history in every format, for the tests of `recsys.listening` and of `train.ingest.histories`."""

import json

SPOTIFY_ID = "74cksX4vgcm0cHKaV7XE2L"


def spotify(title, artist="Ada", ts="2020-04-11T00:27:53Z", ms=174_674, uri=f"spotify:track:{SPOTIFY_ID}", **more):
    """One record of the extended streaming history."""
    names = {"master_metadata_track_name": title, "master_metadata_album_artist_name": artist}
    return {"ts": ts, "ms_played": ms, "spotify_track_uri": uri, "episode_name": None, "skipped": False} | names | more


def listen(title, artist="Ada", at=1_600_000_000, **info):
    """One listen, as ListenBrainz exports it."""
    metadata = {"artist_name": artist, "track_name": title, "additional_info": info}
    return {"listened_at": at, "user_name": "lena", "track_metadata": metadata}


LASTFM_1K = (
    "user_000001\t2009-05-04T23:08:57Z\tf1b1cf71\tDov\t\tRed Siren\n"
    "user_000001\t2009-05-04T13:54:10Z\ta7f7df4a\tBix\tdeadbeef\tSeñor Niebla\n"
    "user_000002\t2006-01-04T13:54:10Z\ta7f7df4a\tAda\tdeadbeff\tStill Water\n"
)
SPOTIFY = json.dumps([spotify("Still Water"), spotify("Low Moon", ts="2020-04-12T00:27:53Z", uri=None)])
SPOTIFY_OLD = json.dumps(
    [{"endTime": "2021-03-01 12:05", "artistName": "Ada", "trackName": "Still Water", "msPlayed": 200_000}]
)
LISTENBRAINZ = "\n".join(json.dumps(listen(title, at=1_600_000_000 + i)) for i, title in enumerate("abc"))
LISTENBRAINZ_API = json.dumps({"payload": {"count": 2, "listens": [listen("b", at=1_600_000_001), listen("a")]}})
RECENTLY_PLAYED = json.dumps(
    {
        "items": [
            {
                "played_at": "2021-03-01T12:05:00.123Z",
                "track": {"name": "Low Moon", "artists": [{"name": "Ada"}, {"name": "Bix"}], "markets": ["ES"]},
            }
        ]
    }
)
SPOTIFY_PLAYLISTS = json.dumps(
    {
        "playlists": [
            {
                "name": "mine",
                "items": [
                    {"track": {"trackName": "Low Moon", "artistName": "Ada", "trackUri": f"spotify:track:{SPOTIFY_ID}"}}
                ],
            }
        ]
    }
)
PLAYLISTS = (
    "source,playlist_id,playlist_name,position,track_id,artist,title\n"
    'x,p1,"a ""quoted"" one",2,q2,Ada,Low Moon\n'
    "x,p1,one,1,q0,Ada,Still Water\n"
    'x,p2,two,0,l2,Dov,"Don\'t\nBlink"\n'
)
DEMO = (
    "user_id,timestamp,track_id\n"
    "anna,2025-01-02T08:00:00Z,q0\nanna,2025-01-01T08:00:00Z,q1\nbo,2025-01-01T09:00:00Z,l0\n"
)
LASTFM_EXPORT = (
    "uts,utc_time,artist,artist_mbid,album,album_mbid,track,track_mbid\n"
    '"1241478537","04 May 2009, 23:08","Ada","","","","Low Moon",""\n'
    '"1241478000","04 May 2009, 22:59","Ada","","","","Still Water",""\n'
)
LASTFM_CSV = 'Ada,Waters,Low Moon,02 Jan 2020 10:10\n"Ada","Waters","Still Water","01 Jan 2020 10:10"\n'
EXPORTIFY = (
    '"Track URI","Track Name","Artist URI(s)","Artist Name(s)","Album Name","Added By","Added At"\n'
    f'"spotify:track:{SPOTIFY_ID}","Low Moon","spotify:artist:x","Ada","Waters","x","2021-01-01T10:00:00Z"\n'
)
LFM_1B = "1\t10\t100\t1000\t1370000000\n1\t10\t100\t1001\t1360000000\n2\t11\t101\t1000\t1370000000\n"
USER_ITEM = "1 6393\n1 13504\n2 6393\n"
USER_ITEM_TIME = "1\t6393\t5\t1370000000\n1\t13504\t4\t1360000000\n"
USER_LINES = "1 1 2 3\n2 9 10 11 12\n"
SESSIONS = "0,26,27,28\n0,26\n1,41,42\n"
HETREC_WEIGHTS = "userID\tartistID\tweight\r\n2\t51\t13883\r\n2\t52\t11690\r\n3\t51\t7\r\n"
HETREC_TAGS = (
    "userID\tartistID\ttagID\ttimestamp\r\n2\t52\t13\t1238536800000\r\n2\t52\t15\t1238536800000\r\n"
    "2\t51\t15\t1238536700000\r\n"
)
HETREC_ARTISTS = (
    "id\tname\turl\tpictureURL\r\n51\tDuran Duran\thttp://www.last.fm/music/Duran+Duran\t\r\n52\tMorcheeba\th\t\r\n"
)
LINES = f"Ada – Still Water\nLow Moon by Ada\n3. Bix - Señor Niebla (3:20)\nhttps://open.spotify.com/track/{SPOTIFY_ID}?si=x\n"
M3U = (
    f"#EXTM3U\n#EXTINF:200,Ada - Still Water\nhttps://open.spotify.com/track/{SPOTIFY_ID}\n"
    "#EXTINF:-1,Bix - Señor Niebla\nb.mp3\n"
)
JSPF = json.dumps(
    {
        "playlist": {
            "title": "Evening",
            "creator": "lena",
            "track": [
                {
                    "title": "Still Water",
                    "creator": "Ada",
                    "location": [f"https://open.spotify.com/track/{SPOTIFY_ID}"],
                },
                {"title": "Low Moon", "creator": "Ada", "duration": 200_000},
            ],
        }
    }
)

SAMPLES = {
    # name: text, format, plays of the user with most, names of their songs oldest first
    "Last.fm-1K": (LASTFM_1K, "Last.fm-1K", ["Bix – Señor Niebla", "Dov – Red Siren"]),
    "Spotify": (SPOTIFY, "Spotify extended streaming history", ["Ada – Still Water", "Ada – Low Moon"]),
    "Spotify, older": (SPOTIFY_OLD, "Spotify streaming history", ["Ada – Still Water"]),
    "ListenBrainz": (LISTENBRAINZ, "ListenBrainz", ["Ada – a", "Ada – b", "Ada – c"]),
    "ListenBrainz API": (LISTENBRAINZ_API, "ListenBrainz", ["Ada – a", "Ada – b"]),
    "recently played": (RECENTLY_PLAYED, "JSON list of songs", ["Ada; Bix – Low Moon"]),
    "Spotify playlists": (SPOTIFY_PLAYLISTS, "JSON list of songs", ["Ada – Low Moon"]),
    "playlists": (PLAYLISTS, "playlists", ["Ada – Still Water", "Ada – Low Moon"]),
    "demo world": (DEMO, "table (user_id, timestamp, track_id)", ["q1", "q0"]),
    "Last.fm export": (LASTFM_EXPORT, "table (uts, utc_time, artist", ["Ada – Still Water", "Ada – Low Moon"]),
    "Last.fm CSV": (LASTFM_CSV, "Last.fm history", ["Ada – Still Water", "Ada – Low Moon"]),
    "Exportify": (EXPORTIFY, "table (Track URI", ["Ada – Low Moon"]),
    "LFM-1b": (LFM_1B, "LFM-1b listening events", ["1001", "1000"]),
    "user item": (USER_ITEM, "user item", ["6393", "13504"]),
    "user item rating time": (USER_ITEM_TIME, "user item", ["13504", "6393"]),
    "one user a line": (USER_LINES, "one user a line", ["9", "10", "11", "12"]),
    "sessions": (SESSIONS, "sessions of ids", ["26", "27", "28", "26"]),
    "HetRec weights": (HETREC_WEIGHTS, "table (userID, artistID, weight)", ["52", "51"]),
    "lines": (LINES, "lines of songs", ["Ada – Still Water", "Ada – Low Moon", "Bix – Señor Niebla", SPOTIFY_ID]),
    "M3U": (M3U, "M3U playlist", ["Ada – Still Water", "Bix – Señor Niebla"]),
    "JSPF": (JSPF, "JSON list of songs", ["Ada – Still Water", "Ada – Low Moon"]),
    "JSON names": (
        json.dumps(["Ada - Still Water", "Ada - Low Moon"]),
        "JSON list",
        ["Ada – Still Water", "Ada – Low Moon"],
    ),
}
