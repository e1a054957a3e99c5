"""The Hugging Face Hub: the only part of the house that talks to the network. huggingface_hub loads on first use."""

from recsys.hub.dataset_file import DATASET_PREFIX, fetch_dataset_file

__all__ = ["DATASET_PREFIX", "fetch_dataset_file"]
