"""The Hugging Face Hub: the only part of the house that talks to the network. huggingface_hub loads on first use."""

from recsys.hub.dataset_file import DATASET_PREFIX, fetch_dataset_file
from recsys.hub.pull import Fetched, Found, Source, ask, fetch, find, remember, served_last

__all__ = [
    "DATASET_PREFIX",
    "Fetched",
    "Found",
    "Source",
    "ask",
    "fetch",
    "fetch_dataset_file",
    "find",
    "remember",
    "served_last",
]
