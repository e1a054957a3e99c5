"""The options of a search for similar songs."""

from __future__ import annotations

import pytest

from recsys.errors import InvalidQueryError
from recsys.ui.options import read_range


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("1990-1999", (1990, 1999)),
        ("1990 – 1999", (1990, 1999)),
        ("1990-", (1990, None)),
        ("-1999", (None, 1999)),
        ("1990", (1990, 1990)),
        ("1990s", (1990, 1999)),
        ("1980's-2000s", None),
        ("1980's", (1980, 1989)),
        ("", (None, None)),
        ("-", None),
        ("soon", None),
    ],
)
def test_a_range_is_read(text, ends):
    if ends is None:
        with pytest.raises(InvalidQueryError, match="is not a range"):
            read_range("Years", text)
    else:
        assert read_range("Years", text) == ends
