"""The sentence encoder: opened with transformers, exported for serving."""

from __future__ import annotations

import json
from pathlib import Path

from transformers import AutoModel, AutoTokenizer

from recsys.errors import SourceError
from train.base_model import find_base_model
from train.onnx_export import Embedding, export_onnx


def export_encoder(name: str, folder: Path) -> str:
    """Write ``encoder.onnx`` (int8) and ``tokenizer.json`` to ``folder``; returns the name to record.

    Raises:
        SourceError: it cannot be opened, or pools its tokens otherwise than by their mean.
    """
    path = find_base_model(name)
    try:
        tokenizer, model = AutoTokenizer.from_pretrained(path), AutoModel.from_pretrained(path)
    except (OSError, ValueError) as error:
        raise SourceError(
            f"The encoder {name!r} cannot be opened ({error}). Give the name of a sentence encoder on the Hub, a "
            "folder that save_pretrained wrote, or 'minilm', which comes with the requirements."
        ) from error
    _check_pooling(name, Path(path))
    tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
    export_onnx(model.eval(), folder / "encoder.onnx", kind=Embedding)
    return Path(name).name if Path(name).exists() else name


def _check_pooling(name: str, path: Path) -> None:
    """Sentence-transformers writes how it pools beside the weights."""
    settings = path / "1_Pooling" / "config.json"
    if settings.exists() and not json.loads(settings.read_text("utf-8")).get("pooling_mode_mean_tokens", True):
        raise SourceError(f"The encoder {name!r} does not pool by the mean of its tokens, the only way supported here.")
