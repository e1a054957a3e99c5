"""The app's version, as in pyproject.toml; a bundle's manifest notes which one made it."""

VERSION = "0.6.0"
