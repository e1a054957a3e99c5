"""Every environment variable that the app reads. All are optional."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read from the environment: ``RECSYS_BUNDLE=bundles/tidytuesday python app.py``.

    Attributes:
        bundle: Folder of the bundle to serve. Without one the app builds the demo world and serves that.
        cache: Where the demo bundle is kept between starts.
    """

    model_config = SettingsConfigDict(env_prefix="RECSYS_")

    bundle: Path | None = None
    cache: Path = Path.home() / ".cache" / "recsys"
