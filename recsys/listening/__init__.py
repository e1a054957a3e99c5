"""Listening histories: what people paste or files hold, as plays, joined to a catalogue. Served, so light to import."""

from recsys.listening.join import Joined, SongJoin, join_plays
from recsys.listening.plays import NO_TIME, Plays
from recsys.listening.read import MOST_PLAYS, parse_history, read_history_file

__all__ = ["MOST_PLAYS", "NO_TIME", "Joined", "Plays", "SongJoin", "join_plays", "parse_history", "read_history_file"]
