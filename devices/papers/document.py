"""A paper in the form of the country's official ones: blocks that ODT and PDF both write. Pure.

National title and motto, the agency, the paper's name and subject, its text, two signatures.
"""

import re
from typing import Final

import msgspec

NATION: Final = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO: Final = "Độc lập - Tự do - Hạnh phúc"

_NOT_IN_XML: Final = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def plain(text: str) -> str:
    """Return text as a file may hold it: what is no character of XML 1.0 (§2.2) is marked so."""
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)


class Heading(msgspec.Struct, frozen=True):
    """A section's name."""

    text: str


class Paragraph(msgspec.Struct, frozen=True):
    """A paragraph; `label` stands before it in bold."""

    text: str
    label: str = ""


class Table(msgspec.Struct, frozen=True):
    """A table with a head; `shares` are the columns' widths in parts of their sum."""

    head: tuple[str, ...]
    shares: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Table


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A paper, `name` in capitals. `signed` are the two who sign: function and name."""

    name: str
    agency: str
    number: str
    dated: str
    subject: str
    draft: str
    blocks: tuple[Block, ...]
    signed: tuple[tuple[str, str], tuple[str, str]]
    note: str
