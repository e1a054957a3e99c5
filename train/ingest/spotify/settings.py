"""The collector's credentials, from the environment or a file .env in the working folder."""

from __future__ import annotations

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class SpotifySettings(BaseSettings):
    """Read from SPOTIPY_CLIENT_ID and the like, the names that spotipy's users know.

    Attributes:
        client_id, client_secret: Of your app at developer.spotify.com. Empty where they are not set.
        api_url, token_url: Where Spotify is; elsewhere for tests and proxies.
    """

    model_config = SettingsConfigDict(env_prefix="SPOTIPY_", env_file=".env", extra="ignore")

    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    api_url: str = "https://api.spotify.com/v1/"
    token_url: str = "https://accounts.spotify.com/api/token"
