"""Every environment variable that the app reads. All are optional, and may stand in a file ``.env``."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, StringConstraints, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from recsys.errors import SettingsError

_Repo = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[\w.-]+/[\w.-]+$")]
_Sha256 = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^[0-9a-fA-F]{64}$")]
_Revision = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_EXPECTED = {
    "repo": "the name of a model repository on the Hub, OWNER/NAME",
    "manifest_sha256": "64 hexadecimal digits, as `sha256sum manifest.json` prints them",
    "mcp": "1 (serve the endpoints as tools of an MCP server, too) or 0",
    "refresh_minutes": "a number of minutes from 0 (never look) to 10080 (a week)",
}


class Settings(BaseSettings):
    """Read from the environment: ``RECSYS_REPO=someone/songs python app.py``.

    Attributes:
        bundle: Folder of the bundle to serve. Without one, and without ``repo``, the app serves the demo world.
        repo: Repository on the Hub whose bundle to serve.
        revision: Branch, tag or commit of ``repo``.
        manifest_sha256: What the manifest of the bundle from the Hub must hash to.
        refresh_minutes: How often to look whether the branch or tag has moved; 0 for never.
        cache: Where the demo bundle is kept between starts.
        mcp: Whether to serve the endpoints as tools of an MCP server, too.
        hf_token: HF_TOKEN, to read from the Hub with.
    """

    model_config = SettingsConfigDict(
        env_prefix="RECSYS_", env_file=".env", env_ignore_empty=True, extra="ignore", populate_by_name=True
    )

    bundle: Path | None = None
    repo: _Repo | None = None
    revision: _Revision = "main"
    manifest_sha256: _Sha256 | None = None
    refresh_minutes: float = Field(0, ge=0, le=7 * 24 * 60)
    cache: Path = Path.home() / ".cache" / "recsys"
    mcp: bool = False
    hf_token: SecretStr | None = Field(None, validation_alias="HF_TOKEN")

    @field_validator("bundle", "cache")
    @classmethod
    def _from_home(cls, path: Path | None) -> Path | None:
        return path and path.expanduser()  # a file of settings knows no shell

    @model_validator(mode="after")
    def _can_serve_tools(self) -> Self:
        if self.mcp and find_spec("mcp") is None:  # Gradio would only print a line, and serve no tools
            raise ValueError(
                "RECSYS_MCP is set, and the package mcp is not installed. Run `pip install -r requirements.txt`, or "
                "unset it."
            )
        return self

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self.bundle is not None and self.repo is not None:
            raise ValueError(
                f"RECSYS_BUNDLE is {self.bundle} and RECSYS_REPO is {self.repo}; there can be one. Unset the other."
            )
        return self


def read_settings() -> Settings:
    """The settings of this environment.

    Raises:
        SettingsError: a value cannot be used, or two contradict each other; it names all that do.
    """
    try:
        return Settings()
    except ValidationError as error:
        said = []
        for problem in error.errors():
            name = str(problem["loc"][0]) if problem["loc"] else ""
            if name in _EXPECTED:
                said.append(f"RECSYS_{name.upper()} is {problem['input']!r}, expected {_EXPECTED[name]}.")
            else:
                said.append(problem["msg"].removeprefix("Value error, "))
        raise SettingsError(" ".join(said)) from error
