"""The gate between a bundle and the Hub, and what the Hub is shown of it."""
