from pathlib import Path

import pytest

from recsys.errors import SettingsError
from recsys.settings import Settings, read_settings

PIN = "0123456789abcdef" * 4
ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch, tmp_path):
    for name in Settings.model_fields:
        monkeypatch.delenv(f"RECSYS_{name.upper()}", raising=False)
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.chdir(tmp_path)


def test_nothing_needs_to_be_set():
    settings = read_settings()
    assert (settings.bundle, settings.repo, settings.revision) == (None, None, "main")
    assert (settings.manifest_sha256, settings.refresh_minutes, settings.hf_token) == (None, 0, None)
    assert settings.cache == Path.home() / ".cache" / "recsys"


def test_the_environment_says_what_to_serve(monkeypatch):
    monkeypatch.setenv("RECSYS_BUNDLE", "bundles/tidytuesday")
    monkeypatch.setenv("RECSYS_CACHE", "/elsewhere/recsys")
    assert read_settings().bundle == Path("bundles/tidytuesday")
    assert read_settings().cache == Path("/elsewhere/recsys")


def test_the_environment_names_a_release(monkeypatch):
    monkeypatch.setenv("RECSYS_REPO", " someone/songs-2.1 ")
    monkeypatch.setenv("RECSYS_REVISION", "v3")
    monkeypatch.setenv("RECSYS_MANIFEST_SHA256", PIN.upper())
    monkeypatch.setenv("RECSYS_REFRESH_MINUTES", "1.5")
    settings = read_settings()
    assert (settings.repo, settings.revision) == ("someone/songs-2.1", "v3")
    assert (settings.manifest_sha256, settings.refresh_minutes) == (PIN, 1.5)


def test_a_tilde_is_the_home_folder(monkeypatch):
    monkeypatch.setenv("RECSYS_CACHE", "~/songs")
    assert read_settings().cache == Path.home() / "songs"


def test_what_is_given_in_code_comes_before_the_environment(monkeypatch):
    monkeypatch.setenv("RECSYS_BUNDLE", "elsewhere")
    assert Settings(bundle=Path("here")).bundle == Path("here")


def test_other_variables_do_not_matter(monkeypatch):
    monkeypatch.setenv("RECSYS_PROGRESS", "json")
    monkeypatch.setenv("BUNDLE", "elsewhere")
    assert read_settings().bundle is None


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch):
    for name in ("BUNDLE", "REPO", "REVISION", "MANIFEST_SHA256", "REFRESH_MINUTES"):
        monkeypatch.setenv(f"RECSYS_{name}", "")
    assert read_settings() == Settings()


def test_a_file_of_settings_is_read_and_the_environment_comes_before_it(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("RECSYS_REPO=someone/songs\nRECSYS_REVISION=v1\nHF_TOKEN=hf_x\nOTHER=1\n")
    monkeypatch.setenv("RECSYS_REVISION", "v2")
    settings = read_settings()
    assert (settings.repo, settings.revision) == ("someone/songs", "v2")
    assert settings.hf_token is not None and settings.hf_token.get_secret_value() == "hf_x"
    assert "hf_x" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("REPO", "songs", r"RECSYS_REPO is 'songs', expected the name of a model repository on the Hub, OWNER/NAME\."),
        ("REPO", "https://hf.co/a/b", r"RECSYS_REPO is 'https://hf\.co/a/b', expected"),
        ("MANIFEST_SHA256", "abc", r"RECSYS_MANIFEST_SHA256 is 'abc', expected 64 hexadecimal digits"),
        ("REFRESH_MINUTES", "often", r"RECSYS_REFRESH_MINUTES is 'often', expected a number of minutes from 0"),
        ("REFRESH_MINUTES", "-1", r"RECSYS_REFRESH_MINUTES is '-1', expected a number"),
        ("REFRESH_MINUTES", "nan", r"RECSYS_REFRESH_MINUTES is 'nan', expected a number"),
    ],
)
def test_a_value_that_makes_no_sense(monkeypatch, name, value, words):
    monkeypatch.setenv(f"RECSYS_{name}", value)
    with pytest.raises(SettingsError, match=words):
        read_settings()


def test_all_that_is_wrong_is_said_at_once(monkeypatch):
    monkeypatch.setenv("RECSYS_REPO", "songs")
    monkeypatch.setenv("RECSYS_REFRESH_MINUTES", "often")
    with pytest.raises(SettingsError, match=r"RECSYS_REPO is .* RECSYS_REFRESH_MINUTES is"):
        read_settings()


def test_a_folder_and_a_release_at_once(monkeypatch):
    monkeypatch.setenv("RECSYS_REPO", "someone/songs")
    monkeypatch.setenv("RECSYS_BUNDLE", "bundles/main")
    with pytest.raises(SettingsError, match=r"RECSYS_BUNDLE is bundles/main and RECSYS_REPO is someone/songs"):
        read_settings()


def test_the_tools_of_mcp_are_asked_for(monkeypatch):
    assert not read_settings().mcp
    monkeypatch.setattr("recsys.settings.find_spec", lambda name: name == "mcp" or None)
    monkeypatch.setenv("RECSYS_MCP", "1")
    assert read_settings().mcp
    monkeypatch.setenv("RECSYS_MCP", "often")
    with pytest.raises(SettingsError, match=r"^RECSYS_MCP is 'often', expected 1 \(.*\) or 0"):
        read_settings()


def test_what_mcp_needs_is_named_where_it_is_missing(monkeypatch):
    monkeypatch.setattr("recsys.settings.find_spec", lambda name: None)
    monkeypatch.setenv("RECSYS_MCP", "0")
    assert not read_settings().mcp
    monkeypatch.setenv("RECSYS_MCP", "1")
    with pytest.raises(SettingsError, match=r"^RECSYS_MCP is set, and .* `pip install -r requirements\.txt`"):
        read_settings()


def test_the_example_names_every_variable_and_can_be_used_as_it_is():
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    named = {
        line.removeprefix("# ").split("=")[0] for line in lines if "=" in line and " " not in line.split("=")[0][2:]
    }
    ours = {f"RECSYS_{name.upper()}" for name in Settings.model_fields if name != "hf_token"}
    assert ours | {"HF_TOKEN"} <= named
    assert Settings(_env_file=ROOT / ".env.example") == Settings()
