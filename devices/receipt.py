"""What goes on paper: blocks from top to bottom, in the words of the one who prints."""

from enum import StrEnum
from typing import Annotated

import msgspec

MAX_BLOCKS = 64
MAX_TEXT = 500


class Size(StrEnum):
    """Sizes of text. `NUMBER` is the ticket's number, to be read at arm's length."""

    SMALL = "small"
    BODY = "body"
    TITLE = "title"
    NUMBER = "number"


class Align(StrEnum):
    """Where a line stands on the paper."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


class Block(msgspec.Struct, frozen=True, kw_only=True, tag_field="block"):
    """A part of a receipt."""


class Text(Block, frozen=True, kw_only=True, tag="text"):
    """Text; too long a line is wrapped at spaces."""

    text: Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]
    size: Size = Size.BODY
    bold: bool = False
    align: Align = Align.CENTRE


class Columns(Block, frozen=True, kw_only=True, tag="columns"):
    """A name at the left and its value at the right of one line, or below when it is too long."""

    name: Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]
    value: Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]


class Item(Block, frozen=True, kw_only=True, tag="item"):
    """A point of a list: its mark at the left, its text beside it. No mark is a box to tick."""

    text: Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]
    mark: Annotated[str, msgspec.Meta(max_length=4)] = ""


class Rule(Block, frozen=True, kw_only=True, tag="rule"):
    """A thin line across the paper."""


class Gap(Block, frozen=True, kw_only=True, tag="gap"):
    """Empty paper."""

    height_mm: Annotated[float, msgspec.Meta(gt=0, le=50)] = 2.0


class Qr(Block, frozen=True, kw_only=True, tag="qr"):
    """A QR symbol (ISO/IEC 18004, level M)."""

    data: Annotated[str, msgspec.Meta(min_length=1, max_length=800)]
    module_mm: Annotated[float, msgspec.Meta(ge=0.3, le=2)] = 0.75


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of paper, cut at its end."""

    blocks: Annotated[
        tuple[Text | Columns | Item | Rule | Gap | Qr, ...],
        msgspec.Meta(min_length=1, max_length=MAX_BLOCKS),
    ]
