"""Lines of a log as a file: JSON lines, gzip (RFC 1952), never above a bound. Blocking."""

import zlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from provisioning.agent.remote.logs.port import LogLine

_GZIP = 31  # zlib's word for a gzip header
_BLOCK_BYTES = 32 * 1024
_SLACK_BYTES = 160 * 1024  # the next block with its longest line, as if it could not be packed
_LONGEST_CHARACTERS = 16_384


class Packed(msgspec.Struct, frozen=True):
    """How many lines are in the file, and whether older ones did not fit."""

    lines: int
    cut: bool


def pack(lines: Iterator[LogLine], file: Path, most_bytes: int) -> Packed:
    """Write the lines in the order they come until the bound is reached; raises OSError."""
    count, cut = 0, False
    packer = zlib.compressobj(level=6, wbits=_GZIP)
    with file.open("wb") as out:
        block = b""
        for line in lines:
            short = msgspec.structs.replace(line, text=line.text[:_LONGEST_CHARACTERS])
            block += msgspec.json.encode(short) + b"\n"
            count += 1
            if len(block) < _BLOCK_BYTES:
                continue
            out.write(packer.compress(block) + packer.flush(zlib.Z_SYNC_FLUSH))
            block = b""
            if out.tell() + _SLACK_BYTES > most_bytes:
                cut = next(lines, None) is not None
                break
        out.write(packer.compress(block) + packer.flush())
    return Packed(count, cut)
