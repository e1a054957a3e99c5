from pathlib import Path

import pytest

from recsys.settings import Settings


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch):
    for name in ("RECSYS_BUNDLE", "RECSYS_CACHE"):
        monkeypatch.delenv(name, raising=False)


def test_nothing_needs_to_be_set():
    settings = Settings()
    assert settings.bundle is None
    assert settings.cache == Path.home() / ".cache" / "recsys"


def test_the_environment_says_what_to_serve(monkeypatch):
    monkeypatch.setenv("RECSYS_BUNDLE", "bundles/tidytuesday")
    monkeypatch.setenv("RECSYS_CACHE", "/tmp/recsys")
    assert Settings().bundle == Path("bundles/tidytuesday")
    assert Settings().cache == Path("/tmp/recsys")


def test_what_is_given_in_code_comes_before_the_environment(monkeypatch):
    monkeypatch.setenv("RECSYS_BUNDLE", "elsewhere")
    assert Settings(bundle=Path("here")).bundle == Path("here")


def test_other_variables_do_not_matter(monkeypatch):
    monkeypatch.setenv("RECSYS_PROGRESS", "json")
    monkeypatch.setenv("BUNDLE", "elsewhere")
    assert Settings().bundle is None
