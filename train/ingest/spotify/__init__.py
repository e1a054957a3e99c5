"""Songs of public Spotify playlists as a file of tracks: `python -m train.ingest.spotify --help`."""
