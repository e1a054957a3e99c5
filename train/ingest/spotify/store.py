"""What was got so far, on disk, so that an interrupted run goes on where it was."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from recsys.errors import SourceError


class Store:
    """Values by key, each written whole or not at all."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, key: str, default: Any = None) -> Any:
        """What was put at ``key``."""
        row = self._connection.execute("SELECT value FROM kept WHERE key = ?", (key,)).fetchone()
        return json.loads(row[0]) if row else default

    def __contains__(self, key: str) -> bool:
        return self._connection.execute("SELECT 1 FROM kept WHERE key = ?", (key,)).fetchone() is not None

    def put(self, values: dict[str, Any]) -> None:
        """Keep all of ``values``, which JSON can write, in one step."""
        rows = [(key, json.dumps(value, ensure_ascii=False)) for key, value in values.items()]
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?)", rows)


@contextmanager
def open_store(path: Path) -> Iterator[Store]:
    """The store at ``path``, made where there is none.

    Raises:
        SourceError: the file there is something else, or damaged, or the folder cannot be written to.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        connection = sqlite3.connect(path)
    except sqlite3.Error as error:
        raise SourceError(f"{path} cannot be made ({error}): choose another --out.") from error
    try:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
        yield Store(connection)
    except sqlite3.DatabaseError as error:
        raise SourceError(f"{path} cannot be used ({error}). Remove it and run again, from the start.") from error
    finally:
        connection.close()
