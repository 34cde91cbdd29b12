"""A prepared dossier: the declaration, and what was scanned. Its values show in no repr."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec

from kiosk.api.dossiers import MOST_PAPERS

_MOST_MISSING, _LONGEST_NAME = 100, 500
Line = Annotated[str, msgspec.Meta(max_length=200)]
Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}(?!\n)$")]


class _Private(msgspec.Struct, frozen=True, kw_only=True):
    """Of a citizen: shows only what kind of thing it is."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return []


class Declaration(_Private, frozen=True, kw_only=True):
    """What the citizen says of themselves, NFC. `birth` is as on the card (ID-4) or `dd/mm/yyyy`.

    `from_card` names the fields that are still as the card had them: a card is easily forged, so
    this helps the officer's eye and proves nothing (ID-5). `doubts` are the card's warnings.
    """

    name: Line = ""
    birth: Annotated[str, msgspec.Meta(max_length=10)] = ""
    sex: Annotated[str, msgspec.Meta(max_length=10)] = ""
    number: Annotated[str, msgspec.Meta(max_length=12)] = ""
    address: Annotated[str, msgspec.Meta(max_length=300)] = ""
    phone: Annotated[str, msgspec.Meta(max_length=20)] = ""
    from_card: tuple[str, ...] = ()
    doubts: tuple[Line, ...] = ()


class ScannedPaper(_Private, frozen=True, kw_only=True):
    """A paper of the procedure, scanned: one PDF. `code` is MaThanhPhanHoSo, `copy` LoaiBan."""

    id: Annotated[str, msgspec.Meta(max_length=64)]
    name: Annotated[str, msgspec.Meta(max_length=_LONGEST_NAME)]
    code: Annotated[str, msgspec.Meta(max_length=64)] = ""
    copy: Annotated[int, msgspec.Meta(ge=0, le=2)] = 2
    pages: Annotated[int, msgspec.Meta(ge=1, le=50)]
    sha256: Sha256


class Prepared(_Private, frozen=True, kw_only=True):
    """Everything but the PDFs. `missing` are the papers to be brought to the counter."""

    procedure: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    procedure_name: Annotated[str, msgspec.Meta(max_length=_LONGEST_NAME)] = ""
    case: Annotated[str, msgspec.Meta(max_length=64)] = ""
    declaration: Declaration
    papers: Annotated[tuple[ScannedPaper, ...], msgspec.Meta(max_length=MOST_PAPERS)] = ()
    missing: Annotated[
        tuple[Annotated[str, msgspec.Meta(max_length=_LONGEST_NAME)], ...],
        msgspec.Meta(max_length=_MOST_MISSING),
    ] = ()


def missing_lines(names: Sequence[str]) -> tuple[str, ...]:
    """Return papers as `Prepared.missing` holds them; the last line counts what is too many."""
    lines = [name[:_LONGEST_NAME] for name in names]
    if more := max(0, len(lines) - _MOST_MISSING):
        lines[_MOST_MISSING - 1 :] = [f"và {more + 1} giấy tờ khác"]
    return tuple(lines)
