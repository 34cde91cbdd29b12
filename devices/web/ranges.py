"""A file over HTTP, whole or a range of it (RFC 9110 §14), so that a browser's player can seek."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
from litestar import Response
from litestar.response import Stream

_RANGE = re.compile(r"^bytes=([0-9]{0,18})-([0-9]{0,18})\Z")
_CHUNK_BYTES = 256 * 1024


def ranged(path: Path, asked: str, media_type: str) -> Response[Any]:
    """Return the file as a response to a request with this `Range` header (empty: the whole)."""
    size = path.stat().st_size
    headers = {"accept-ranges": "bytes", "content-disposition": f'inline; filename="{path.name}"'}
    begin, end = _bounds(asked, size)
    if begin >= end and size:
        headers["content-range"] = f"bytes */{size}"
        return Response(b"", status_code=416, headers=headers, media_type=media_type)
    whole = end - begin == size
    headers["content-length"] = str(end - begin)
    if not whole:
        headers["content-range"] = f"bytes {begin}-{end - 1}/{size}"
    return Stream(
        _chunks(path, begin, end),
        status_code=200 if whole else 206,
        headers=headers,
        media_type=media_type,
    )


def _bounds(asked: str, size: int) -> tuple[int, int]:
    """Return first and past-last byte; what is no single range means the whole."""
    match = _RANGE.match(asked.strip())
    if match is None or match.group(0) == "bytes=-":
        return 0, size
    first, last = match.groups()
    if not first:
        return max(0, size - int(last)), size if int(last) else 0
    return int(first), min(size, int(last) + 1) if last else size


async def _chunks(path: Path, begin: int, end: int) -> AsyncIterator[bytes]:
    async with await anyio.open_file(path, "rb") as file:
        await file.seek(begin)
        while begin < end and (chunk := await file.read(min(_CHUNK_BYTES, end - begin))):
            begin += len(chunk)
            yield chunk
