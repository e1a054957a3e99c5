"""Where large files lie: by sha256 in a folder of ours, or in the content-addressed store that hf_xet writes."""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path

_RECORD = 48
_END_OF_FILES = b"\xff" * 32
_HAS_VERIFICATION, _HAS_SHA256 = 1 << 31, 1 << 30


class Storage:
    """Large files of all repositories."""

    def __init__(self, folder: Path, *, xet: bool) -> None:
        self.lfs = folder / "lfs"
        self.lfs.mkdir(parents=True)
        self.cas = folder / "cas" if xet else None
        if self.cas:
            self.cas.mkdir()

    @property
    def cas_url(self) -> str | None:
        """Address to give to Xet clients; None when there are to be none."""
        return f"local://{self.cas}" if self.cas else None

    def holds(self, sha256: str) -> bool:
        return (self.lfs / sha256).is_file()

    def put(self, sha256: str, content: bytes) -> bool:
        """Keep ``content``, unless it is not what its sha256 says."""
        if hashlib.sha256(content).hexdigest() != sha256:
            return False
        (self.lfs / sha256).write_bytes(content)
        return True

    def read(self, sha256: str) -> bytes:
        return (self.lfs / sha256).read_bytes()

    def xet_hashes(self) -> dict[str, str]:
        """Xet hash by sha256 of every file uploaded over Xet, read from the shards that the client left."""
        if self.cas is None:
            return {}
        found: dict[str, str] = {}
        for shard in self.cas.rglob("*.mdb"):
            found |= _shard_hashes(shard.read_bytes())
        return found


def _shard_hashes(shard: bytes) -> dict[str, str]:
    """A shard begins with records of files: a header, its segments, then (by its flags) their check and a sha256."""
    found: dict[str, str] = {}
    offset = _RECORD
    while shard[offset : offset + 32] != _END_OF_FILES:
        flags, segments = struct.unpack_from("<II", shard, offset + 32)
        end = offset + _RECORD * (1 + segments * (2 if flags & _HAS_VERIFICATION else 1))
        if flags & _HAS_SHA256:
            found[_as_text(shard[end : end + 32])] = _as_text(shard[offset : offset + 32])
            end += _RECORD
        offset = end
    return found


def _as_text(hash_: bytes) -> str:
    """A hash as Xet writes it: four little-endian numbers in hexadecimal."""
    return "".join(f"{number:016x}" for number in struct.unpack("<4Q", hash_))
