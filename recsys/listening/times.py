"""Times as files write them, in seconds since 1970."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc

_FORMATS = ("%d %b %Y %H:%M", "%d %b %Y, %H:%M", "%d %b %Y", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S", "%b %d, %Y %H:%M")
_NUMBER = re.compile(r"[+-]?\d{1,20}(?:\.\d{0,12})?")
_MOST = 1 << 62


def seconds_of(value: object) -> int | None:
    """A time given as a number, in seconds or parts of them, or as a date; None for what is neither.

    >>> seconds_of("2009-05-04T23:08:57Z"), seconds_of(1241478537000), seconds_of("04 May 2009 23:08")
    (1241478537, 1241478537, 1241478480)
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _scaled(float(value)) if abs(value) < _MOST else None
    text = str(value).strip()
    if _NUMBER.fullmatch(text):
        return _scaled(float(text))
    try:
        return _stamp(datetime.fromisoformat(text.removesuffix(" UTC")))
    except ValueError:
        pass
    for form in _FORMATS:
        try:
            return _stamp(datetime.strptime(text, form))
        except ValueError:
            continue
    return None


def _stamp(time: datetime) -> int | None:
    try:
        return int((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp())
    except (OverflowError, ValueError):
        return None


def _scaled(number: float) -> int | None:
    """Seconds, from seconds, milliseconds, microseconds or nanoseconds: which one, the size tells."""
    size = abs(number)
    if not size < _MOST:
        return None
    return int(number // (1 if size < 1e11 else 1e3 if size < 1e14 else 1e6 if size < 1e17 else 1e9))


def seconds_column(column: pa.Array) -> tuple[pa.Array, int]:
    """A column of text as int64 seconds, null where it is no time, and how many are not though something is given."""
    for fast in (_numbers, _zoned, _unzoned):
        try:
            return fast(column), 0
        except pa.ArrowInvalid:
            continue
    coded = column.dictionary_encode()
    values = pa.array([seconds_of(text) for text in coded.dictionary.to_pylist()], pa.int64())
    times = values.take(coded.indices)
    given = pc.not_equal(pc.utf8_trim_whitespace(column.fill_null("")), "")
    return times, int(pc.sum(pc.and_(given, times.is_null())).as_py() or 0)


def _numbers(column: pa.Array) -> pa.Array:
    values = pc.cast(column, pa.int64())
    size = pc.abs(values)
    unit = pa.scalar(1, pa.int64())
    for least, parts in ((10**11, 10**3), (10**14, 10**6), (10**17, 10**9)):
        unit = pc.if_else(pc.greater_equal(size, least), parts, unit)
    return pc.divide(values, unit)


def _zoned(column: pa.Array) -> pa.Array:
    return pc.cast(pc.cast(column, pa.timestamp("us", tz="UTC")), pa.timestamp("s", tz="UTC"), safe=False).cast(
        pa.int64()
    )


def _unzoned(column: pa.Array) -> pa.Array:
    return pc.cast(pc.cast(column, pa.timestamp("us")), pa.timestamp("s"), safe=False).cast(pa.int64())
