"""A bundle: trained models as a folder of safe files and a manifest. Local disk only; see `recsys.hub`.

manifest.json names every file with its sha256 and size. A capability's files live in the folder of its name.
Nothing here is ever unpickled.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from filelock import FileLock
from safetensors.numpy import load_file, save_file

from recsys.catalogue import Catalogue
from recsys.errors import BundleError, CapabilityMissingError, HubError
from recsys.version import VERSION

FORMAT_VERSION = 1
MANIFEST = "manifest.json"
TRACKS = "catalogue/tracks.parquet"
INVENTED_PART = "invented"
NOT_CAPABILITIES = {"catalogue", "exports", "figures"}
_FOR_TRAINING = {"catalogue/playlists.parquet", "catalogue/cleaning.json"}


@dataclass(frozen=True)
class FileRecord:
    """What a file must be: its sha256 in hexadecimal and its size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """What a bundle is and what it may be used with.

    Attributes:
        name: What people call the catalogue.
        catalogue: Fingerprint of the catalogue that every model was trained on.
        synthetic: Whether anything in it is invented: the songs, or what is said of some.
        provenance: Where the data came from: one record a source, with its licence. Where some of it is invented and
            some is not, INVENTED_PART of each source of tracks says what.
        config: Settings of each training script, by capability.
        metrics: What each training script measured, by capability.
        libraries: Versions that the bundle was made with.
        files: Every file but the manifest, by path relative to the bundle.
    """

    name: str
    catalogue: str
    synthetic: bool = False
    provenance: list[dict[str, str]] = field(default_factory=list)
    config: dict[str, dict[str, Any]] = field(default_factory=dict)
    metrics: dict[str, dict[str, Any]] = field(default_factory=dict)
    libraries: dict[str, str] = field(default_factory=dict)
    files: dict[str, FileRecord] = field(default_factory=dict)
    format_version: int = FORMAT_VERSION

    @property
    def wholly_synthetic(self) -> bool:
        """Whether all songs are invented, and nobody in it is real."""
        return self.synthetic and not any(INVENTED_PART in source for source in self.provenance)


@dataclass(frozen=True)
class Bundle:
    """A bundle on disk whose manifest has been read. Files are checked when they are opened.

    Attributes:
        path: The bundle's folder.
        manifest: What its manifest says.
        mend: Called with the name of a file that is missing or damaged, to bring it again or raise HubError.
    """

    path: Path
    manifest: Manifest
    mend: Callable[[str], None] | None = field(default=None, repr=False, compare=False)

    @classmethod
    def open(cls, path: Path, mend: Callable[[str], None] | None = None) -> Bundle:
        """Read the manifest at ``path``.

        Raises:
            BundleError: it is missing, unreadable, or of a format newer than this app's.
        """
        try:
            given = json.loads((path / MANIFEST).read_text("utf-8"))
        except FileNotFoundError:
            raise BundleError(
                f"{path} holds no {MANIFEST}. Give the folder that `python -m train.all --out` wrote."
            ) from None
        except (OSError, ValueError) as error:
            raise BundleError(f"{path / MANIFEST} cannot be read ({error}). Train or download it again.") from error
        return cls(path, _parse_manifest(given, path), mend)

    @property
    def capabilities(self) -> list[str]:
        """Names of the folders of models that this bundle holds, such as "clusters"."""
        return sorted({name.split("/")[0] for name in self.manifest.files if "/" in name} - NOT_CAPABILITIES)

    def file(self, name: str) -> Path:
        """Path of file ``name``, once its size and sha256 are found to be what the manifest says."""
        record = self.manifest.files.get(name)
        if record is None:
            raise CapabilityMissingError(
                f"The bundle {self.manifest.name!r} was trained without {name}. Train it with python -m train.all."
            )
        path = self.path / name
        problem = _what_is_wrong(path, record)
        if problem and self.mend is not None:
            try:
                self.mend(name)
            except HubError as error:
                raise BundleError(f"{problem} It could not be downloaded: {error}") from error
            problem = _what_is_wrong(path, record)
        if problem:
            raise BundleError(f"{problem} Train or download the bundle again.")
        return path

    def array(self, name: str) -> np.ndarray:
        """The array in file ``name`` (.npy), memory-mapped."""
        # As a plain array: the memmap class makes every small operation on it slower.
        return _parse(name, lambda: np.asarray(np.load(self.file(name), mmap_mode="r", allow_pickle=False)))

    def tensors(self, name: str) -> dict[str, np.ndarray]:
        """The named arrays in file ``name`` (.safetensors)."""
        return _parse(name, lambda: load_file(self.file(name)))

    def json(self, name: str) -> Any:
        """The contents of file ``name`` (.json)."""
        return _parse(name, lambda: json.loads(self.file(name).read_text("utf-8")))

    def load_catalogue(self) -> Catalogue:
        """The catalogue, found to be the one that the models were trained on."""
        table = _parse(TRACKS, lambda: pq.read_table(self.file(TRACKS)))
        catalogue: Catalogue = _parse(TRACKS, lambda: Catalogue(table))
        if catalogue.fingerprint != self.manifest.catalogue:
            raise BundleError(
                f"{self.path} was trained on catalogue {self.manifest.catalogue}, but its tracks.parquet is catalogue "
                f"{catalogue.fingerprint}: its rows would name the wrong tracks. Train or download it again."
            )
        return catalogue


def _what_is_wrong(path: Path, record: FileRecord) -> str:
    """How the file at ``path`` differs from what the manifest says, in a sentence; "" if it does not."""
    if not path.is_file():
        return f"{path} is missing, though the manifest names it."
    size = path.stat().st_size
    if size != record.size:
        return f"{path} has {size:,} bytes, expected {record.size:,}."
    if sha256_of(path) != record.sha256:
        return f"{path} is damaged: its sha256 is not the manifest's."
    return ""


def opened_by_app(name: str) -> bool:
    """Whether the app opens the bundle's file ``name``; the others are for training, for other tools and for people.

    A folder in a capability's folder is a checkpoint to train on from, of which the app opens the tokenizer only.
    """
    folder, *inside = name.split("/")
    if not inside or folder in ("exports", "figures") or name in _FOR_TRAINING:
        return False
    return inside[-1] == "tokenizer.json" if len(inside) > 1 else not name.endswith(".keras")


def _parse(name: str, read: Any) -> Any:
    """``read()``, with whatever a malformed file makes it raise turned into a BundleError."""
    try:
        return read()
    except BundleError:
        raise
    except Exception as error:  # each parser has errors of its own; all of them mean that the file is not usable
        raise BundleError(f"{name} cannot be read ({error}). Train or download the bundle again.") from error


def _parse_manifest(given: Any, path: Path) -> Manifest:
    version = given.get("format_version") if isinstance(given, dict) else None
    if not isinstance(version, int):
        raise BundleError(f"{path / MANIFEST} has no format_version. It is not a manifest of this app.")
    if version > FORMAT_VERSION:
        made_with = given["libraries"].get("recsys") if isinstance(given.get("libraries"), dict) else None
        raise BundleError(
            f"{path} has bundle format {version}, but this app ({VERSION}) reads up to format {FORMAT_VERSION}. "
            + (f"Use version {made_with} of the app or a later one." if made_with else "Update the app.")
        )
    try:
        files = {
            name: FileRecord(str(record["sha256"]), int(record["size"])) for name, record in given["files"].items()
        }
        if outside := [name for name in files if _leaves_folder(name)]:
            raise BundleError(f"{path / MANIFEST} names {outside[0]!r}, a file outside the bundle. Do not use it.")
        return Manifest(**given | {"files": files})
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BundleError(f"{path / MANIFEST} is not a manifest of this app ({error}).") from error


def _leaves_folder(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/")


def sha256_of(path: Path) -> str:
    """sha256 of the file at ``path``, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class FolderWriter:
    """Writes one folder's files in the bundle's safe formats."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def array(self, name: str, array: np.ndarray) -> None:
        np.save(self.path / f"{name}.npy", array, allow_pickle=False)

    def tensors(self, name: str, tensors: dict[str, np.ndarray]) -> None:
        save_file({k: np.ascontiguousarray(v) for k, v in tensors.items()}, self.path / f"{name}.safetensors")

    def json(self, name: str, value: Any) -> None:
        text = json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False)
        (self.path / f"{name}.json").write_text(text, "utf-8")


@contextmanager
def write_folder(
    bundle: Path, folder: str, manifest: Manifest, *, config: dict[str, Any], metrics: dict[str, Any]
) -> Iterator[FolderWriter]:
    """Write ``folder`` of the bundle at ``bundle``, all or nothing, and record it in the manifest.

    The files go to a temporary folder beside it first; only when the block ends without an error do they replace
    what was there. ``manifest`` is the bundle's manifest before this; what other processes have written meanwhile into
    other folders of the same catalogue stays recorded.
    """
    bundle.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder}-", dir=bundle))
    temporary.chmod(0o755)
    try:
        yield FolderWriter(temporary)
        for path in temporary.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        files = {f"{folder}/{name}": record for name, record in _records(temporary).items()}
        with FileLock(_lock_of(bundle)):
            shutil.rmtree(bundle / folder, ignore_errors=True)
            temporary.replace(bundle / folder)
            manifest = _latest(bundle, manifest, folder)
            kept = {name: record for name, record in manifest.files.items() if not name.startswith(f"{folder}/")}
            write_manifest(
                bundle,
                replace(
                    manifest,
                    files=kept | files,
                    config=manifest.config | {folder: config},
                    metrics=manifest.metrics | {folder: metrics},
                ),
            )
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _lock_of(bundle: Path) -> Path:
    """A file outside the bundle, for processes that write into one bundle to take turns."""
    name = hashlib.sha256(str(bundle.resolve()).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"recsys-{name}.lock"


def _latest(bundle: Path, manifest: Manifest, folder: str) -> Manifest:
    """The manifest as it is now, unless it is of another catalogue, or the catalogue itself is being replaced."""
    if folder == TRACKS.split("/")[0] or not (bundle / MANIFEST).exists():
        return manifest
    now = Bundle.open(bundle).manifest
    return now if now.catalogue == manifest.catalogue else manifest


def record_file(bundle: Bundle, name: str) -> None:
    """Note a file of the bundle, such as README.md, in its manifest."""
    path = bundle.path / name
    record = FileRecord(sha256_of(path), path.stat().st_size)
    write_manifest(bundle.path, replace(bundle.manifest, files=bundle.manifest.files | {name: record}))


def add_array(path: Path, name: str, array: np.ndarray) -> None:
    """Add ``name`` (.npy) to a folder that the bundle at ``path`` has already, or replace it there."""
    with FileLock(_lock_of(path)):
        temporary = path / f".{Path(name).name}"
        with temporary.open("wb") as file:
            np.save(file, array, allow_pickle=False)
        temporary.replace(path / name)
        record_file(Bundle.open(path), name)


def _records(folder: Path) -> dict[str, FileRecord]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {p.relative_to(folder).as_posix(): FileRecord(sha256_of(p), p.stat().st_size) for p in paths}


def write_manifest(bundle: Path, manifest: Manifest) -> None:
    """Replace the manifest of the bundle at ``bundle`` in one step."""
    temporary = bundle / f".{MANIFEST}"
    text = json.dumps(asdict(manifest), indent=1, ensure_ascii=False, sort_keys=True, default=str)
    temporary.write_text(text, "utf-8")
    temporary.replace(bundle / MANIFEST)
