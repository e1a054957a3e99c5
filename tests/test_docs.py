"""What the pages for people say: their links lead somewhere, their commands can be given, their messages are ours."""

import ast
import contextlib
import io
import re
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from recsys.bundle import MANIFEST

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
HISTORY = "train.user_history"
SCRIPTS = ("all", "catalogue", "clusters", "song_to_song", "genre_tagger", "vibe_search", "publish", "ingest.spotify")
FOREIGN = {"--build", "--nproc-per-node"}  # docker's and torchrun's

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def prose(page):
    """The page without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


def code(page):
    """Everything set as code, a line a command: spans and fenced blocks, with continued lines joined."""
    text = page.read_text("utf-8").replace("\\\n", " ")
    fenced = re.findall(r"^```bash\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    spans = [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", prose(page))]
    return [line.split("  #")[0] for block in fenced for line in block.splitlines()] + spans


def slugs(page):
    """The anchors that GitHub gives to the headings of a page."""
    heads = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@each_page
def test_every_relative_link_and_picture_is_there(page):
    links = re.findall(r"\]\(([^)\s]+)\)", prose(page))
    ours = [link.partition("#") for link in links if "://" not in link]
    assert ours
    missing = [path for path, _, _ in ours if path and not (page.parent / path).exists()]
    assert missing == []
    for path, _, anchor in ours:
        target = page.parent / path if path else page
        assert not anchor or anchor in slugs(target), f"{page.name} links to #{anchor}, which {target.name} lacks"


@cache
def options(script, mode=""):
    """What --help of a script lists."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), pytest.raises(SystemExit):
        import_module(f"{script}.__main__" if script == "train.ingest.spotify" else script).main(
            [mode, "--help"] if mode else ["--help"]
        )
    return set(re.findall(r"--[a-z][\w-]*", said.getvalue()))


def history_options():
    return {option for mode in import_module(HISTORY).MODES for option in options(HISTORY, mode)}


def taken_by(script, rest):
    """The options of what a command names: of one mode, where the script has several and one is named."""
    if script == HISTORY:
        mode = next((word for word in rest.split() if word in import_module(HISTORY).MODES), None)
        return options(HISTORY, mode) if mode else history_options()
    if script.startswith("benchmarks"):
        source = ROOT / (script.replace(".", "/") + ".py")
        return set(re.findall(r'"(--[a-z][\w-]*)"', source.read_text("utf-8")))
    return options(script)


@each_page
def test_every_command_takes_the_options_that_it_is_given(page):
    commands = [re.search(r"-m ((?:train|benchmarks)[\w.]*)(.*)", line) for line in code(page)]
    for found in filter(None, commands):
        script, rest = found[1].rstrip("."), found[2]
        assert set(re.findall(r"--[a-z][\w-]*", rest)) <= taken_by(script, rest), found[0]


@each_page
def test_every_option_that_is_named_alone_is_one_of_a_script(page):
    named = {option for line in code(page) if "-m " not in line for option in re.findall(r"--[a-z][\w-]*", line)}
    known = history_options().union(*(options(f"train.{name}") for name in SCRIPTS))
    assert named - FOREIGN <= known


@cache
def words_of_the_app():
    """Every text in the sources, one a line, blanks as … but for the manifest's name; a script as it stands."""
    texts = [path.read_text("utf-8") for path in (ROOT / "recsys/ui").glob("*.js")]
    for path in [*(ROOT / "recsys").rglob("*.py"), *(ROOT / "train").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                texts.append("".join(map(part_of_text, node.values)))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.append(node.value)
    return "\n".join(texts)


def part_of_text(part):
    """A part of an f-string: its words, or a blank."""
    if isinstance(part, ast.Constant):
        return str(part.value)
    return MANIFEST if isinstance(part.value, ast.Name) and part.value.id == "MANIFEST" else "…"


def test_the_messages_that_troubleshooting_explains_are_the_apps_own():
    text = (ROOT / "docs/troubleshooting.md").read_text("utf-8")
    bold = re.findall(r"\*\*(.+?)\*\*", text, re.DOTALL)
    messages = [" ".join(message.split()) for part in bold for message in re.findall(r"“([^”]+)”", part)]
    assert len(messages) > 50
    said = words_of_the_app()
    strange = [m for m in messages if not all(part.strip(" .") in said for part in m.split("…"))]
    assert strange == []
