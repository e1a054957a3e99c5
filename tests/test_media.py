"""Covers of all songs and clips of the demo world's, over HTTP, and drawn from the same sheets that training uses."""

import io
import math
import threading
import time
import wave
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from recsys import media
from recsys.audio_features import FEATURE_NAMES
from recsys.bundle import Bundle, add_array, write_manifest
from recsys.capabilities import load_capabilities
from recsys.demo_media import paint, render_clip, svg, wav
from recsys.demo_media.pictures import Polygon
from recsys.errors import BusyError, NotReadyError
from recsys.media import CLIP_RATE, CLIP_SECONDS, Clips, clip_path, cover_path, has_clips
from recsys.media_routes import media_routes, part_of
from recsys.sheets import SCENES, Sheets
from tests.contract import make_catalogue, random_catalogue, write_bundle
from train import catalogue as train_catalogue
from train.demo_world import Config, build_demo_world, sheets_of, store_scenes, write

ODD = 'a/b c?d#e%"<é&'
CLIP_BYTES = 44 + 2 * round(CLIP_SECONDS * CLIP_RATE)


def client_of(loaded):
    handlers: Any = SimpleNamespace(loaded=loaded)  # the only part of Handlers that is asked
    return TestClient(Starlette(routes=[media_routes(handlers)]), raise_server_exceptions=False)


def opened(path, catalogue, scenes=None, **manifest):
    """A bundle of the catalogue, with scenes where they are given, opened."""
    bundle = write_bundle(path, catalogue)
    if manifest:
        write_manifest(path, replace(bundle.manifest, **manifest))
    if scenes is not None:
        add_array(path, SCENES, scenes)
    return load_capabilities(Bundle.open(path))


@pytest.fixture(scope="module")
def world():
    return build_demo_world(Config(songs=80, artists=14, listeners=1))


@pytest.fixture(scope="module")
def demo_songs(world, tmp_path_factory):
    """The small world as a bundle, by way of its files, as the demo build goes."""
    folder = tmp_path_factory.mktemp("world")
    write(world, folder)
    train_catalogue.main(["--tracks", str(folder / "tracks.csv.gz"), "--out", str(folder / "bundle")])
    store_scenes(world.tracks, folder / "bundle")
    return load_capabilities(Bundle.open(folder / "bundle"))


@pytest.fixture(scope="module")
def real_songs(tmp_path_factory):
    """Nobody knows their scenes."""
    return opened(tmp_path_factory.mktemp("real") / "bundle", random_catalogue(300))


@pytest.fixture(scope="module")
def sheets(world):
    return dict(zip(world.tracks["track_id"], sheets_of(world.tracks), strict=True))


def test_the_demo_worlds_covers_are_those_that_models_are_trained_on(demo_songs, sheets):
    client = client_of(demo_songs)
    for track_id in demo_songs.catalogue.track_ids:
        answer = client.get(cover_path(track_id, demo_songs.catalogue.fingerprint))
        assert answer.status_code == 200 and answer.headers["content-type"].startswith("image/svg+xml")
        assert answer.text == svg(paint(sheets[track_id]))


def test_the_demo_worlds_clips_are_its_songs_played_for_people(demo_songs, sheets):
    track_id = demo_songs.catalogue.track_ids[3]
    answer = client_of(demo_songs).get(clip_path(track_id))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/wav")
    assert answer.content == wav(render_clip(sheets[track_id], CLIP_SECONDS, CLIP_RATE), CLIP_RATE)
    with wave.open(io.BytesIO(answer.content)) as clip:
        assert (clip.getframerate(), clip.getnframes() / clip.getframerate()) == (CLIP_RATE, CLIP_SECONDS)


def test_storing_scenes_leaves_the_bundle_whole_and_is_the_same_each_time(demo_songs, world):
    bundle = demo_songs.bundle
    before = (bundle.path / "manifest.json").read_bytes()
    store_scenes(world.tracks, bundle.path)
    assert (bundle.path / "manifest.json").read_bytes() == before
    on_disk = {p.relative_to(bundle.path).as_posix() for p in bundle.path.rglob("*") if p.is_file()}
    assert on_disk == set(bundle.manifest.files) | {"manifest.json"}
    assert bundle.file(SCENES).stat().st_size < 1_000


def test_songs_without_scenes_are_drawn_from_their_features(real_songs):
    client, ids = client_of(real_songs), real_songs.catalogue.track_ids
    drawn = [client.get(cover_path(track_id, "any")) for track_id in ids[:60]]
    assert {answer.status_code for answer in drawn} == {200}
    assert len({answer.text for answer in drawn}) > 55
    assert client.get(cover_path(ids[0], "another")).text == drawn[0].text
    for answer in drawn:
        assert {child.tag.split("}")[1] for child in ElementTree.fromstring(answer.text)} <= {
            *("linearGradient", "rect", "polygon", "circle")
        }


def album(valences, albums, **columns):
    """Songs of one artist."""
    n = len(valences)
    names = {"artist": ["Ada"] * n, "artist_key": [0] * n, "album": albums, "energy": [0.5] * n}
    return Sheets(make_catalogue(n, valence=valences, **names | columns))


def points(sheet):
    shapes = paint(sheet).shapes
    return [shape.points if isinstance(shape, Polygon) else (shape.x, shape.y, shape.radius) for shape in shapes]


def test_songs_of_an_album_share_the_drawing_each_in_the_light_of_its_mood():
    sheets = album([0.1, 0.9, 0.5, 0.5, 0.5], ["Blue", "Blue", "Red", None, None])
    sad, happy, *others = map(sheets.of, range(5))
    assert points(sad) == points(happy)
    assert svg(paint(sad)) != svg(paint(happy))
    drawings = [points(sheet) for sheet in (sad, *others)]
    assert all(drawings.count(drawing) == 1 for drawing in drawings), "an unknown album is the song's own"


def test_like_artists_share_a_palette_and_unlike_ones_do_not():
    energy = [0.1, 0.12, 0.3, 0.32, 0.6, 0.62, 0.9, 0.92]
    features = {"energy": energy, "valence": energy[::-1], "acousticness": [0.5] * 8}
    sheets = Sheets(make_catalogue(8, **features))
    palettes = (sheets.scenes % 16).tolist()
    assert palettes[::2] == palettes[1::2]
    assert len(set(palettes)) == 4


@pytest.mark.parametrize("known", [(), ("energy",), ("energy", "valence"), FEATURE_NAMES])
def test_unknown_features_still_have_pictures(known):
    features = {name: [0.7 if name in known else math.nan] * 6 for name in FEATURE_NAMES}
    sheets = Sheets(make_catalogue(6, **features))
    drawn = {svg(paint(sheets.of(row))) for row in range(6)}
    assert len(drawn) == 6
    assert not any("nan" in drawing for drawing in drawn)


def test_values_that_cannot_be_are_drawn_as_the_nearest_that_can():
    wild = Sheets(make_catalogue(1, energy=[math.inf], valence=[-1e30], tempo=[1e30])).of(0)
    assert (wild.energy, wild.valence, wild.tempo) == (1, 0, 300)


def test_the_label_carries_the_macro_genre_of_a_micro_genre():
    sheets = Sheets(make_catalogue(3, genres=[["no such", "delta blues"], ["Rock", "pop"], []]))
    assert [sheets.of(row).genre for row in range(3)] == ["Jazz/Blues", "Rock", ""]


def test_an_empty_catalogue_has_no_scenes():
    assert len(Sheets(make_catalogue(0)).scenes) == 0


def test_ids_with_odd_characters_are_found(tmp_path):
    client = client_of(opened(tmp_path / "odd", make_catalogue(2, track_id=[ODD, "../x"])))
    for track_id in (ODD, "../x"):
        assert client.get(cover_path(track_id, "v")).status_code == 200
    assert cover_path("a/b", "f") == "media/cover/a%2Fb.svg?v=f"
    assert clip_path("a?b") == "media/clip/a%3Fb.wav"


@pytest.mark.parametrize("path", [cover_path("nobody<b>", "v"), clip_path("nobody<b>")])
def test_unknown_songs_are_named_in_an_error(demo_songs, path):
    answer = client_of(demo_songs).get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/json")
    assert answer.json()["error"].startswith("Track 'nobody<b>' is not in this catalogue of 80 tracks")


def test_an_unknown_address_is_answered_as_everywhere(demo_songs):
    answer = client_of(demo_songs).get("/media/cover/x.png")
    assert (answer.status_code, list(answer.json())) == (404, ["error"])
    assert client_of(demo_songs).post(cover_path("x", "v")).status_code == 405


def test_while_loading_it_says_so(demo_songs):
    class Loading:
        @property
        def loaded(self):
            raise NotReadyError("The app is getting ready: Loading (50%).")

    handlers: Any = Loading()
    client = TestClient(Starlette(routes=[media_routes(handlers)]))
    for path in (cover_path("x", "v"), clip_path("x")):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


NO_SCENES = dict(synthetic=True)
REAL = dict(provenance=[{"source": "songs.csv"}])
PARTLY = dict(synthetic=True, provenance=[{"source": "songs.csv", "invented": "genres"}])


@pytest.mark.parametrize(
    ("stored", "manifest"), [(False, NO_SCENES), (True, REAL), (True, PARTLY)], ids=["older demo", "real", "partly"]
)
def test_only_invented_songs_with_scenes_have_clips(tmp_path, stored, manifest):
    scenes = np.arange(4, dtype=np.uint8) if stored else None
    loaded = opened(tmp_path / "songs", make_catalogue(4), scenes, **manifest)
    assert not has_clips(loaded)
    answer = client_of(loaded).get(clip_path("t1"))
    assert answer.status_code == 404
    assert answer.json()["error"].startswith("Track 't1' has no clip here: only songs of the demo world are rendered")
    assert client_of(loaded).get(cover_path("t1", "v")).status_code == 200


@pytest.mark.parametrize("scenes", [np.zeros(3, np.uint8), np.zeros(4, np.float64), np.zeros((4, 1), np.uint8)])
def test_scenes_of_other_songs_are_not_used(tmp_path, scenes, caplog):
    loaded = opened(tmp_path / "songs", make_catalogue(4), scenes, synthetic=True)
    assert not has_clips(loaded)
    assert "expected uint8 (4,)" in caplog.text
    assert client_of(loaded).get(cover_path("t1", "v")).status_code == 200


def test_damaged_scenes_leave_covers_that_are_drawn_from_features(tmp_path, caplog):
    scenes = np.arange(4, dtype=np.uint8)
    path = tmp_path / "songs"
    assert has_clips(opened(path, make_catalogue(4), scenes, synthetic=True))
    (path / SCENES).write_bytes((path / SCENES).read_bytes()[:-1] + b"\x09")
    loaded = load_capabilities(Bundle.open(path))
    assert not has_clips(loaded)
    assert "scenes.npy is damaged" in caplog.text
    assert client_of(loaded).get(cover_path("t3", "v")).status_code == 200


def test_a_browser_keeps_what_has_not_changed(demo_songs):
    client, ids = client_of(demo_songs), demo_songs.catalogue.track_ids
    for path in (cover_path(ids[0], "v"), clip_path(ids[0])):
        first = client.get(path)
        tag = first.headers["etag"]
        assert first.headers["cache-control"] == "public, max-age=86400"
        for given in (tag, f'"other", W/{tag}', "*"):
            again = client.get(path, headers={"If-None-Match": given})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert client.get(path, headers={"If-None-Match": '"other"'}).content == first.content
    assert client.get(cover_path(ids[1], "v")).headers["etag"] != client.get(cover_path(ids[0], "v")).headers["etag"]


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ("bytes=0-", range(CLIP_BYTES)),
        ("bytes=44-99", range(44, 100)),
        ("bytes=700000-99999999", range(700_000, CLIP_BYTES)),
        ("bytes=-100", range(CLIP_BYTES - 100, CLIP_BYTES)),
        ("bytes=-99999999", range(CLIP_BYTES)),
    ],
)
def test_a_part_of_a_clip_comes_where_a_browser_seeks(demo_songs, given, part):
    client, path = client_of(demo_songs), clip_path(demo_songs.catalogue.track_ids[0])
    whole = client.get(path)
    assert (whole.headers["accept-ranges"], len(whole.content)) == ("bytes", CLIP_BYTES)
    answer = client.get(path, headers={"Range": given})
    assert answer.status_code == 206
    assert answer.headers["content-range"] == f"bytes {part.start}-{part.stop - 1}/{CLIP_BYTES}"
    assert answer.content == whole.content[part.start : part.stop]
    assert int(answer.headers["content-length"]) == len(part)


def test_a_part_of_another_clip_is_not_mixed_with_this_one(demo_songs):
    client, path = client_of(demo_songs), clip_path(demo_songs.catalogue.track_ids[0])
    tag = client.get(path).headers["etag"]
    assert client.get(path, headers={"Range": "bytes=0-9", "If-Range": tag}).status_code == 206
    assert client.get(path, headers={"Range": "bytes=0-9", "If-Range": '"old"'}).status_code == 200


def test_a_part_beyond_the_end_is_refused(demo_songs):
    path = clip_path(demo_songs.catalogue.track_ids[0])
    answer = client_of(demo_songs).get(path, headers={"Range": f"bytes={CLIP_BYTES}-"})
    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{CLIP_BYTES}")


@pytest.mark.parametrize(
    "given", ["", "bytes=", "bytes=-", "bytes=9-3", "bytes=a-b", "rows=1-2", "bytes=0-1,4-5", f"bytes=0-{'9' * 5000}"]
)
def test_what_is_not_one_range_of_bytes_is_not_heeded(given):
    assert part_of(given, 10) is None


@pytest.mark.parametrize("given", ["bytes=10-", "bytes=11-12", "bytes=-0"])
def test_a_range_may_hold_nothing(given):
    part = part_of(given, 10)
    assert part is not None and not part


@pytest.fixture
def slow_rendering(monkeypatch):
    """Rendering that waits to be let go; a record of what began, and of the most that ran at once."""
    gate, lock = threading.Event(), threading.Lock()
    seen = SimpleNamespace(begun=[], at_once=0, most=0, let_go=gate.set)

    def render(sheet):
        with lock:
            seen.begun.append(sheet)
            seen.at_once += 1
            seen.most = max(seen.most, seen.at_once)
        assert gate.wait(20)
        with lock:
            seen.at_once -= 1
        return f"{sheet.song}".encode()

    monkeypatch.setattr(media, "_render", render)
    yield seen
    gate.set()


def until(condition, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.005)


def test_two_clips_are_rendered_at_a_time_and_covers_do_not_wait_for_them(demo_songs, slow_rendering):
    ids = demo_songs.catalogue.track_ids[:6]
    with client_of(demo_songs) as client, ThreadPoolExecutor(8) as listeners:
        answers = [listeners.submit(client.get, clip_path(track_id)) for track_id in [*ids, ids[0]]]
        until(lambda: len(slow_rendering.begun) == 2)
        assert client.get(cover_path(ids[5], "v")).status_code == 200
        assert len(slow_rendering.begun) == 2
        slow_rendering.let_go()
        bodies = [answer.result().content for answer in answers]
    assert slow_rendering.most == 2
    assert bodies[0] == bodies[-1] and len(set(bodies)) == 6
    assert len(slow_rendering.begun) == 6, "who asks for the same clip meanwhile gets the same one"


def test_too_many_who_wait_are_asked_to_come_again(demo_songs, slow_rendering):
    clips, most = Clips(), media.AT_A_TIME + media.MOST_WAITING
    waiting = [clips.clip(demo_songs.sheets.of(row)) for row in range(most)]
    assert clips.clip(demo_songs.sheets.of(0)) is waiting[0], "what is on its way costs nothing more"
    with pytest.raises(BusyError, match=f"{media.MOST_WAITING} clips wait to be rendered already"):
        clips.clip(demo_songs.sheets.of(most))
    slow_rendering.let_go()
    assert all(clip.result(20) for clip in waiting)
    assert clips.clip(demo_songs.sheets.of(most)).result(20)


def test_a_browser_is_told_when_to_come_again(demo_songs, slow_rendering, monkeypatch):
    monkeypatch.setattr(media, "MOST_WAITING", 0)
    ids = demo_songs.catalogue.track_ids
    with client_of(demo_songs) as client, ThreadPoolExecutor(2) as listeners:
        answers = [listeners.submit(client.get, clip_path(track_id)) for track_id in ids[:2]]
        until(lambda: len(slow_rendering.begun) == 2)
        refused = client.get(clip_path(ids[2]))
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
        slow_rendering.let_go()
        assert {answer.result().status_code for answer in answers} == {200}


def test_the_last_clips_are_kept_and_older_ones_rendered_anew(demo_songs, slow_rendering):
    slow_rendering.let_go()
    clips, sheets = Clips(), [demo_songs.sheets.of(row) for row in range(media.KEPT + 1)]
    for sheet in [*sheets[:-1], sheets[0], sheets[-1]]:  # the first is used again, so the second is the oldest
        clips.clip(sheet).result(20)
    assert len(slow_rendering.begun) == media.KEPT + 1
    clips.clip(sheets[0]).result(20)
    assert len(slow_rendering.begun) == media.KEPT + 1
    clips.clip(sheets[1]).result(20)
    assert slow_rendering.begun[-1] == sheets[1] and len(slow_rendering.begun) == media.KEPT + 2


def test_clips_for_people_leave_no_heap_of_notes_in_memory(sheets):
    from recsys.demo_media import clip

    for sheet in list(sheets.values())[:30]:
        render_clip(sheet, 0.5, CLIP_RATE)
    kept = clip._note_of_late.cache_info()
    assert 0 < kept.currsize <= 192


@pytest.mark.slow
def test_the_app_serves_the_demo_worlds_own_covers_and_clips(app_url, demo):
    import httpx

    assert has_clips(demo)
    whole = build_demo_world(Config())
    sheets = dict(zip(whole.tracks["track_id"], sheets_of(whole.tracks), strict=True))
    with httpx.Client(base_url=f"{app_url}/", timeout=20) as client:
        for track_id in demo.catalogue.track_ids[::250]:
            drawn = client.get(cover_path(track_id, demo.catalogue.fingerprint))
            assert (drawn.status_code, drawn.text) == (200, svg(paint(sheets[track_id])))
        part = client.get(clip_path(track_id), headers={"Range": "bytes=0-3"})
        assert (part.status_code, part.content) == (206, b"RIFF")
        assert client.get(cover_path("nobody", "v")).json()["error"].startswith("Track 'nobody' is not in")
