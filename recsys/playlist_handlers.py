"""Answers around playlists and groups.

As in `recsys.journey_handlers`, each takes the loaded capabilities, so that it is of one release, and keeps nothing of
what it was given.
"""

from __future__ import annotations

from recsys.capabilities import Capabilities
from recsys.errors import InvalidQueryError
from recsys.group_blend import GroupSong, blend_group
from recsys.handlers import found_fields, scored_track_out, track_out
from recsys.heard_songs import HeardSongs, read_heard
from recsys.playlist_checkup import Addition, Misfit, Repeat, Step
from recsys.playlist_doctor import check_playlist
from recsys.playlist_files import one_line, write_playlist
from recsys.playlist_schemas import (
    AdditionOut,
    DoctorOut,
    DoctorRequest,
    ExportRequest,
    GroupOut,
    GroupRequest,
    GroupSongOut,
    ListenerIn,
    ListenerOut,
    MisfitOut,
    PlaylistFileOut,
    RepeatOut,
    StepOut,
    VoiceOut,
)

_BY_SOUND = "This bundle has no model of listening histories, so tastes were read from how the songs sound."


def playlist_doctor(loaded: Capabilities, request: DoctorRequest) -> DoctorOut:
    """What does not fit a playlist, what is there twice, what is missing, and an order to play it in."""
    songs = loaded.need_songs()
    heard = read_heard(request.playlist, loaded.catalogue, loaded.joins, "playlist")
    found = check_playlist(songs, heard.track_ids, request.options())
    return DoctorOut(
        **found_fields(heard),
        misfits=[_misfit_out(misfit) for misfit in found.misfits],
        repeats=[_repeat_out(repeat) for repeat in found.repeats],
        leanings=list(found.leanings),
        order=[_step_out(step) for step in found.order],
        smoothness=found.smoothness,
        bridges=[_addition_out(addition) for addition in found.bridges],
        additions=[_addition_out(addition) for addition in found.additions],
        notes=[*heard.notes, *found.notes],
    )


def group_blend(loaded: Capabilities, request: GroupRequest) -> GroupOut:
    """One list for two to five listeners, and how content each may be with it."""
    engine = loaded.history or loaded.need_songs()
    heard: dict[str, HeardSongs] = {}
    for number, listener in enumerate(request.listeners, 1):
        name = one_line(listener.name) or f"Listener {number}"
        if name in heard:
            raise InvalidQueryError(f"Two listeners are called {name!r}. Give each a name of their own.")
        heard[name] = _heard_of(loaded, name, listener)
    histories = {name: one.track_ids for name, one in heard.items()}
    answer = blend_group(loaded.catalogue, histories, engine, request.k, request.options())
    notes = [f"{name}: {note}" for name, one in heard.items() for note in one.notes]
    if loaded.history is None:
        notes.append(_BY_SOUND)
    if len(answer.songs) < request.k:
        notes.append(f"Only {len(answer.songs)} of the {request.k} songs asked for qualify; these are all.")
    return GroupOut(
        listeners=[
            ListenerOut(name=name, satisfaction=answer.satisfaction[name], **found_fields(one))
            for name, one in heard.items()
        ],
        results=[_group_song_out(song) for song in answer.songs],
        engine="sound" if loaded.history is None else "listening",
        notes=notes,
    )


def export_playlist(loaded: Capabilities, request: ExportRequest) -> PlaylistFileOut:
    """A playlist as the text of a file."""
    file = write_playlist(loaded.catalogue, request.track_ids, request.format, request.title)
    return PlaylistFileOut(
        name=file.name,
        media_type=file.media_type,
        text=file.text,
        left_out=[track_out(track) for track in file.left_out],
    )


def _heard_of(loaded: Capabilities, name: str, listener: ListenerIn) -> HeardSongs:
    try:
        return read_heard(listener.history, loaded.catalogue, loaded.joins)
    except InvalidQueryError as error:
        raise type(error)(f"{name}: {error}") from error


def _misfit_out(misfit: Misfit) -> MisfitOut:
    return MisfitOut(
        track=track_out(misfit.scored.track),
        position=misfit.position,
        better_fits=misfit.better,
        outlier=misfit.outlier,
        why=misfit.scored.why,
    )


def _repeat_out(repeat: Repeat) -> RepeatOut:
    return RepeatOut(
        tracks=[track_out(track) for track in repeat.tracks],
        positions=list(repeat.positions),
        versions=repeat.versions,
    )


def _step_out(step: Step) -> StepOut:
    return StepOut(
        track=track_out(step.track),
        energy=step.energy,
        tempo=step.tempo,
        key=step.key,
        jump=step.jump,
        transition=step.transition,
    )


def _addition_out(addition: Addition) -> AdditionOut:
    return AdditionOut(
        song=scored_track_out(addition.scored),
        near=[track_out(track) for track in addition.near],
        after=addition.after,
    )


def _group_song_out(song: GroupSong) -> GroupSongOut:
    voices = [
        VoiceOut(listener=v.listener, worth=v.worth, because=track_out(v.because) if v.because else None)
        for v in song.voices
    ]
    return GroupSongOut(track=track_out(song.track), voices=voices, why=song.why)
