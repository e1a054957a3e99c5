import json
import logging
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from recsys.errors import SourceError
from train.common import (
    PROGRESS_VARIABLE,
    Step,
    parse_config,
    progress_span,
    report_progress,
    run,
    run_apart,
    run_steps,
)


@dataclass(frozen=True)
class Config:
    out: Path = field(metadata={"help": "where to"})
    tracks: tuple[str, ...] = field(default=(), metadata={"help": "which files"})
    max_k: int = field(default=12, metadata={"help": "how many"})
    name: str | None = field(default=None, metadata={"help": "what to call it"})
    exports: bool = field(default=True, metadata={"help": "write more"})


def parse(*argv):
    return parse_config(Config, argv, "Train it.\n\npython -m train.it --out here")


def test_flags_not_given_keep_their_defaults():
    assert parse("--out", "here") == Config(Path("here"))


def test_each_field_is_a_flag_of_its_type():
    given = parse("--out", "x", "--max-k", "3", "--name", "Mine", "--tracks", "a.csv", "b.csv", "--no-exports")
    assert given == Config(Path("x"), ("a.csv", "b.csv"), 3, "Mine", False)


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        ([], "the following arguments are required: --out"),
        (["--out", "x", "--max-k", "many"], "argument --max-k: invalid int value: 'many'"),
        (["--out", "x", "--tracks"], "argument --tracks: expected at least one argument"),
        (["--out", "x", "--max", "3"], "unrecognized arguments: --max 3"),
    ],
)
def test_a_wrong_flag_is_named(capsys, argv, message):
    with pytest.raises(SystemExit, match="2"):
        parse(*argv)
    assert message in capsys.readouterr().err


def test_help_has_every_flag_its_meaning_and_its_default(capsys):
    with pytest.raises(SystemExit, match="0"):
        parse("--help")
    said = capsys.readouterr().out
    assert "Train it.\n\npython -m train.it --out here\n" in said
    for words in ("where to", "which files", "how many (default: 12)", "what to call it", "--no-exports"):
        assert words in said
    assert said.count("default: ") == 2  # max_k and exports: nothing, (), None are no defaults to tell


def test_progress_for_the_app_is_json_lines(monkeypatch, capsys):
    monkeypatch.setenv(PROGRESS_VARIABLE, "json")
    report_progress("Reading", 0.25)
    with progress_span(0.5, 0.7):
        report_progress("Fitting “Señor”", 0.5)
    report_progress("Done", 1)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        {"step": "Reading", "fraction": 0.25},
        {"step": "Fitting “Señor”", "fraction": 0.6},
        {"step": "Done", "fraction": 1.0},
    ]


def test_progress_for_a_person_is_a_log_line(monkeypatch, capsys, caplog):
    monkeypatch.delenv(PROGRESS_VARIABLE, raising=False)
    with caplog.at_level(logging.INFO, "train"):
        report_progress("Reading", 0.25)
    assert caplog.messages == ["[ 25%] Reading"]
    assert capsys.readouterr().out == ""


def test_a_span_ends_with_its_block_even_after_an_error(caplog):
    with pytest.raises(ZeroDivisionError), progress_span(0.5, 0.6):
        raise ZeroDivisionError
    with caplog.at_level(logging.INFO, "train"):
        report_progress("After", 0.0)
    assert caplog.messages == ["[  0%] After"]


def test_our_errors_end_a_script_in_one_line():
    def main(argv):
        raise SourceError("songs.csv is not there.")

    with pytest.raises(SystemExit, match=r"^error: songs\.csv is not there\.$"):
        run(main, [])


def test_bugs_show_their_traceback():
    def main(argv):
        raise KeyError("oops")

    with pytest.raises(KeyError, match="oops"):
        run(main, [])


def tell(argv):
    """Stands for a script: says where it runs and how far it is, or fails."""
    if argv[0] == "fail":
        raise SourceError("No such file. Give another.")
    report_progress(f"in process {os.getpid()}", 0.5)


def test_a_script_run_apart_has_a_process_of_its_own_and_the_span_of_this_one(monkeypatch, capfd):
    monkeypatch.setenv(PROGRESS_VARIABLE, "json")
    with progress_span(0.2, 0.4):
        run_apart(tell, ["go"])
    told = json.loads(capfd.readouterr().out)
    assert told["fraction"] == 0.3
    assert told["step"].startswith("in process ") and told["step"] != f"in process {os.getpid()}"


def test_what_goes_wrong_apart_is_known_here():
    with pytest.raises(SourceError, match=r"^No such file\. Give another\.$"):
        run_apart(tell, ["fail"])


def note(argv):
    """Stands for a script: appends when it begins and ends, and how many threads it may use, to a file."""
    path, name = Path(argv[0]), argv[1]
    with path.open("a") as file:
        file.write(f"{name} begins with {os.environ.get('OMP_NUM_THREADS', 'all')}\n")
    for _ in range(200):  # side by side, wait for the other
        if len(argv) < 3 or f"{argv[2]} begins" in path.read_text("utf-8"):
            break
        time.sleep(0.1)
    with path.open("a") as file:
        file.write(f"{name} ends\n")


def test_lanes_run_one_after_the_other_unless_told(tmp_path, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    path = tmp_path / "notes"
    lanes = [[Step(note, [str(path), "a"], (0, 0.5)), Step(note, [str(path), "b"], (0.5, 1))]]
    run_steps([*lanes, [Step(note, [str(path), "c"], (0, 1))]], side_by_side=False)
    expected = [line for name in "abc" for line in (f"{name} begins with all", f"{name} ends")]
    assert path.read_text("utf-8").splitlines() == expected


def test_lanes_side_by_side_share_the_cores(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    path = tmp_path / "notes"
    lanes = [[Step(note, [str(path), "a", "b"], (0, 1))], [Step(note, [str(path), "b", "a"], (0, 1))]]
    run_steps(lanes, side_by_side=True)
    lines = path.read_text("utf-8").splitlines()
    assert sorted(lines[:2]) == ["a begins with 3", "b begins with 3"]
    assert sorted(lines[2:]) == ["a ends", "b ends"]


@pytest.mark.parametrize("side_by_side", [True, False])
def test_what_goes_wrong_in_a_lane_is_known_here(side_by_side):
    lanes = [[Step(tell, ["go"], (0, 1))], [Step(tell, ["fail"], (0, 0.5)), Step(tell, ["go"], (0.5, 1))]]
    with pytest.raises(SourceError, match=r"^No such file\. Give another\.$"):
        run_steps(lanes, side_by_side)
