"""Covers and clips of demo songs: drawn and played anew from a few numbers, the same every time."""

from __future__ import annotations

import io
import math
import wave
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from recsys.audio_features import FEATURE_NAMES
from recsys.demo_media import RATE, Sheet, lacks, paint, render_clip, sheet_of, svg, wav
from recsys.demo_media.bands import BANDS
from recsys.demo_media.drums import KITS, drum
from recsys.demo_media.notes import INSTRUMENTS, note, syllable
from recsys.demo_media.palettes import PALETTES
from recsys.demo_media.pictures import Polygon
from recsys.demo_media.score import Score
from recsys.genres import MACRO_GENRES

USUAL = (0.6, 0.6, -7.0, 0.05, 0.2, 0.0, 0.1, 0.5, 120.0, 50.0, 200_000.0)
UNKNOWN = (math.nan,) * 11


def song(track_id="t1", artist="Ada", album="Blue", genres=("Pop",), scene=0, features=USUAL, **rest) -> Sheet:
    known = {"year": 2010, "key": 0, "mode": 1} | rest
    return sheet_of(track_id, artist, album, genres, **known, features=features, scene=scene)


def feeling(valence):
    return (*USUAL[:7], valence, *USUAL[8:])


def rms(clip) -> float:
    return float(np.sqrt(np.mean(clip**2)))


def power(clip):
    """(n_frequencies,) from 0 Hz to half the rate."""
    return np.abs(np.fft.rfft(clip)) ** 2


def centroid(clip) -> float:
    strength = np.sqrt(power(clip))
    return float((np.fft.rfftfreq(len(clip), 1 / RATE) * strength).sum() / strength.sum())


def flux(clip):
    """How suddenly each frame of 16 ms is louder than the one before, (n_frames - 1,)."""
    frames = np.lib.stride_tricks.sliding_window_view(clip, 512)[::256] * np.hanning(512)
    bands = np.log(np.abs(np.fft.rfft(frames))[:, 2:].reshape(len(frames), 17, 15).sum(axis=2) + 1e-2)
    return np.maximum(0, np.diff(bands, axis=0)).mean(axis=1)


def strength_of_tempo(clip, tempo) -> float:
    """How much like itself a clip is one beat later, beside all other delays between a third and one second."""
    onsets = flux(clip) - flux(clip).mean()
    alike = np.correlate(onsets, onsets, "full")[len(onsets) - 1 :]
    beat = round(60 / tempo * RATE / 256)
    return float((alike[beat - 1 : beat + 2].max() > alike[20:63]).mean())


def strength_of_third(clip, key, minor) -> float:
    """The power of the key's minor or major third."""
    frequency = np.fft.rfftfreq(len(clip), 1 / RATE)[200:6000]
    pitch = np.round(12 * np.log2(frequency / 440) + 69).astype(int) % 12
    return float(power(clip)[200:6000][pitch == (key + (3 if minor else 4)) % 12].sum())


@pytest.mark.parametrize("scene", [0, 7, 47, 48, 200])
def test_the_same_song_has_the_same_cover_and_clip(scene):
    assert svg(paint(song(scene=scene))) == svg(paint(song(scene=scene)))
    np.testing.assert_array_equal(render_clip(song(scene=scene)), render_clip(song(scene=scene)))


def test_forty_eight_scenes_have_forty_eight_covers():
    seen = {svg(paint(song(scene=scene))) for scene in range(48)}
    assert len(seen) == 48


def test_songs_of_an_album_share_the_drawing_and_differ_in_light():
    sad, glad = (paint(song(track, features=feeling(v))) for track, v in (("a", 0.05), ("b", 0.95)))
    assert sad.top != glad.top
    assert sum(glad.top) > sum(sad.top)
    assert [shape.points for shape in sad.shapes if isinstance(shape, Polygon)] == [
        shape.points for shape in glad.shapes if isinstance(shape, Polygon)
    ]
    assert paint(song(album="Red")).shapes != paint(song(album="Blue")).shapes


@pytest.mark.parametrize("genre", [*MACRO_GENRES, "", "Polka"])
def test_every_genre_has_a_cover_and_a_band(genre):
    assert ElementTree.fromstring(svg(paint(song(genres=(genre,)))))
    assert rms(render_clip(song(genres=(genre,)), seconds=1.0)) > 0.01


@pytest.mark.parametrize("scene", range(12))
def test_svg_is_well_formed_small_and_closed(scene):
    text = svg(paint(song(scene=scene)), title='A <b>"bold"</b> & \x00 strange title')
    tree = ElementTree.fromstring(text)
    assert tree.attrib["aria-label"] == 'A <b>"bold"</b> &  strange title'
    assert len(text) < 6_000
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_tables_hold_what_they_name():
    assert set(BANDS) == set(MACRO_GENRES)
    for band in BANDS.values():
        assert {band.bass, band.chords, band.unplugged, band.lead} <= set(INSTRUMENTS)
        assert band.kit in {"", *KITS}
        assert {len(pattern) for pattern in (band.kick, band.snare, band.strikes, band.walk)} == {16}
    assert all(len(palette.split()) == 5 for palette in PALETTES)


@pytest.mark.parametrize("rate", [16_000, 32_000])
@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_notes_are_in_tune_and_begin_and_end_in_silence(instrument, rate):
    sound = note(instrument, 57, rate)  # 220 Hz
    spectrum = np.abs(np.fft.rfft(sound, 4 * rate))
    near = spectrum[4 * 214 : 4 * 227].max()
    assert near > 5 * np.median(spectrum[4 * 100 : 4 * 1000])
    assert abs(sound[0]) < 0.05
    assert abs(sound[-1]) < 0.05
    with pytest.raises(ValueError, match="read-only"):
        sound[0] = 1.0


@pytest.mark.parametrize("sound", [drum("rock", "kick", RATE), drum("hands", "clap", RATE), syllable(3, 45, RATE)])
def test_drums_and_syllables_end_in_silence(sound):
    assert np.isfinite(sound).all()
    assert abs(sound[-1]) < 0.02


@pytest.mark.parametrize("features", [UNKNOWN, (0.0,) * 8 + (20.0,), (1.0, 1.0, 6.0) + (1.0,) * 5 + (300.0,)])
@pytest.mark.parametrize("seconds", [0.25, 1.7, 4.0])
def test_any_features_give_a_clip_without_clipping_or_clicks(features, seconds):
    clip = render_clip(song(features=features, year=None, key=None, mode=None, album=None, genres=()), seconds)
    assert clip.dtype == np.float32
    assert clip.shape == (round(seconds * RATE),)
    assert 0.01 < np.abs(clip).max() < 0.97
    assert max(np.abs(clip[:4]).max(), np.abs(clip[-4:]).max()) < 2e-3


def test_unknown_mode_follows_the_feeling():
    assert song(mode=None, features=feeling(0.1)).minor
    assert not song(mode=None, features=feeling(0.9)).minor


@pytest.mark.parametrize("genre", ["Pop", "Rock", "Jazz/Blues", "Classical"])
def test_more_energy_is_louder_and_brighter(genre):
    low, middle, high = (render_clip(replace(song(genres=(genre,)), energy=energy)) for energy in (0.1, 0.5, 0.9))
    assert rms(low) < rms(middle) < rms(high)
    assert centroid(low) < centroid(middle) < centroid(high)


@pytest.mark.parametrize("genre", ["Pop", "Rock", "Electronic", "Folk/Country", "Reggae/Latin"])
@pytest.mark.parametrize("tempo", [80.0, 97.0, 128.0])
def test_the_beat_is_the_songs_tempo(genre, tempo):
    clip = render_clip(replace(song(genres=(genre,)), tempo=tempo, energy=0.7, danceability=0.8))
    assert strength_of_tempo(clip, tempo) > 0.8


@pytest.mark.parametrize("genre", MACRO_GENRES)
@pytest.mark.parametrize("key", [0, 5, 10])
def test_major_and_minor_can_be_heard(genre, key):
    for minor in (True, False):
        clip = render_clip(replace(song(genres=(genre,)), key=key, minor=minor, speechiness=0.0))
        assert strength_of_third(clip, key, minor) > strength_of_third(clip, key, not minor)


def test_people_are_heard_at_a_concert():
    """Between the notes there is murmur: the median of the spectrum's power is far above a studio's."""

    def between_notes(liveness):
        clip = render_clip(replace(song(genres=("Folk/Country",)), liveness=liveness, energy=0.2, speechiness=0.0))
        return np.median(power(clip)[1000:12_000])  # 250 to 3,000 Hz

    assert between_notes(0.95) > 4 * between_notes(0.05)


def singers(sheet):
    return {sound.what for sound in Score(sheet, 4.0).tune()}


def test_an_instrumental_has_no_voice():
    assert singers(song()) <= {"voice ah", "voice oh", "voice ee"}
    assert singers(replace(song(), instrumentalness=0.9)) == {BANDS["Pop"].lead}


def test_the_more_a_song_is_spoken_the_more_talk_there_is():
    none, some, much = (len(list(Score(replace(song(), speechiness=s), 20.0).speech())) for s in (0.03, 0.12, 0.5))
    assert none == 0
    assert 10 < some < 0.8 * much


def test_what_is_changed_in_a_sheet_is_heard_in_the_clip():
    usual = render_clip(song())
    for change in ({"speechiness": 0.5}, {"instrumentalness": 1.0}, {"acousticness": 0.9}, {"scene": 9}, {"song": 5}):
        assert np.corrcoef(usual, render_clip(replace(song(), **change)))[0, 1] < 0.95, change


def test_four_on_the_floor_is_only_for_dancing():
    tight, loose = (render_clip(replace(song(), danceability=d), seconds=8.0) for d in (0.95, 0.1))
    assert strength_of_tempo(tight, 120) > strength_of_tempo(loose, 120)


def test_another_rate_gives_the_same_music():
    slow, fast = render_clip(song()), render_clip(song(), rate=2 * RATE)
    assert len(fast) == 2 * len(slow)
    loudness = [np.sqrt((clip.reshape(100, -1) ** 2).mean(axis=1)) for clip in (slow, fast)]
    assert np.corrcoef(*loudness)[0, 1] > 0.9


def test_wav_is_read_back():
    clip = render_clip(song(), seconds=1.0)
    with wave.open(io.BytesIO(wav(clip))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        samples = np.frombuffer(file.readframes(RATE), "<i2")
    np.testing.assert_allclose(samples / 32_767, clip, atol=1e-4)


@pytest.mark.parametrize(("kind", "share"), [("audio", 0.03), ("cover", 0.04)])
def test_a_few_songs_lack_something(kind, share):
    lacking = [lacks(kind, f"demo{i:08}") for i in range(5000)]
    assert abs(np.mean(lacking) - share) < 0.01
    assert lacking != [lacks("audio" if kind == "cover" else "cover", f"demo{i:08}") for i in range(5000)]


def test_features_are_read_in_the_catalogues_order():
    sheet = song(features=tuple(range(11)))
    assert [getattr(sheet, name) for name in FEATURE_NAMES[:9]] == list(range(9))
