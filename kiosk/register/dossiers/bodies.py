"""What systems of the office send beside the bodies of `kiosk.api.dossiers`."""

from typing import Annotated

import msgspec

from kiosk.api.dossiers import MOST_PAPERS, Component, Line, Word
from kiosk.api.words import Request


class ReportedStep(
    Request,
    frozen=True,
    kw_only=True,
    rename={
        "state": "TrangThai",
        "unit": "MaPhongBan",
        "who": "NguoiXuLy",
        "why": "LyDo",
        "note": "NoiDungXuLy",
    },
):
    """A step that was taken elsewhere. `note` is public: it holds nothing of a person.

    `state` is one of 2 to 10; `unit` an id of the register's units.
    """

    state: Annotated[int, msgspec.Meta(ge=2, le=10)]
    unit: Annotated[str, msgspec.Meta(max_length=64)] = ""
    who: Word
    why: Line = ""
    note: Line = ""


class MorePapers(Request, frozen=True, kw_only=True, rename={"components": "ThanhPhanHoSo"}):
    """Papers that a dossier lacked, each stored before."""

    components: Annotated[tuple[Component, ...], msgspec.Meta(min_length=1, max_length=MOST_PAPERS)]
