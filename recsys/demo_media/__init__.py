"""Covers of songs, and sound of the demo world's, made anew from a few numbers whenever they are wanted."""

from recsys.demo_media.clip import RATE, SECONDS, render_clip, wav
from recsys.demo_media.covers import paint
from recsys.demo_media.pictures import Picture, svg
from recsys.demo_media.sheet import Sheet, lacks, sheet_of

__all__ = ["RATE", "SECONDS", "Picture", "Sheet", "lacks", "paint", "render_clip", "sheet_of", "svg", "wav"]
