"""One row of features, as files write it and as readers give it, for the tests of `train.ingest`."""

FEATURES = "danceability,energy,key,loudness,mode,speechiness,acousticness,instrumentalness,liveness,valence,tempo"
VALUES = "0.5,0.25,6,-2.5,1,0.0625,0.125,0,0.75,1,122.5"
EXPECTED = {
    "danceability": 0.5,
    "energy": 0.25,
    "key": 6,
    "loudness": -2.5,
    "mode": 1,
    "speechiness": 0.0625,
    "acousticness": 0.125,
    "instrumentalness": 0,
    "liveness": 0.75,
    "valence": 1,
    "tempo": 122.5,
}
GENERIC_HEADER = f"id,name,artist,{FEATURES}"


def only_row(source):
    [row] = source.rows.to_pylist()
    return {name: value for name, value in row.items() if value is not None}
