"""What the device process is told and tells of scanning papers: inside the box only.

No picture travels on the bus. A reply names a file in the scan folder, which lies in memory and
which only processes of the same user can read; the file stays until the next one of its kind, or
until the scan is wiped. `scan` names one citizen's scan: a new name wipes whatever is there of an
older one before anything else is done, so two citizens' papers are never in one scan.
"""

from enum import StrEnum
from typing import Annotated, ClassVar

import msgspec

from devices.camera.paper import Flaw, PaperFormat
from devices.contract.message import Command, Done, Message

ScanId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
PageId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{16}\Z")]
ScanFile = Annotated[
    str, msgspec.Meta(pattern=r"^(?:preview|review|page|scan)-[0-9a-f]{16}\.[a-z]{3}\Z")
]


class Crop(StrEnum):
    """What of the picture becomes the page."""

    PAGE = "page"
    EVERYTHING = "everything"


class PagePreviewed(Message, frozen=True, kw_only=True, tag="scan.previewed"):
    """A small JPEG of what the camera sees, the page found in it outlined.

    `steady`: the page has lain still long enough to be taken, and nothing is wrong with it.
    """

    personal: ClassVar[bool] = True

    file: ScanFile
    found: bool
    steady: bool = False
    flaws: tuple[Flaw, ...] = ()
    paper: PaperFormat | None = None


class PreviewPage(Command[PagePreviewed], frozen=True, kw_only=True, tag="scan.preview"):
    """Look at the desk. Asked again and again while a citizen lays a page; two a second are enough.

    The file of the preview before is gone when this one is answered.
    """

    scan: ScanId


class PageCaptured(Message, frozen=True, kw_only=True, tag="scan.captured"):
    """The page was taken, squared and flattened; `file` is a JPEG of it to be looked at."""

    personal: ClassVar[bool] = True

    page: PageId
    file: ScanFile
    paper: PaperFormat
    flaws: tuple[Flaw, ...] = ()
    pages: int


class CapturePage(Command[PageCaptured], frozen=True, kw_only=True, tag="scan.capture"):
    """Take the page on the desk and put it behind the others.

    Of a few pictures the best one is taken. `Crop.EVERYTHING` takes the desk as it is, where no
    page is found on it.
    """

    scan: ScanId
    crop: Crop = Crop.PAGE


class DropPage(Command[Done], frozen=True, kw_only=True, tag="scan.drop"):
    """Overwrite and forget one page; one that is not there is no error."""

    scan: ScanId
    page: PageId


class ScanFinished(Message, frozen=True, kw_only=True, tag="scan.finished"):
    """All pages in their order as one PDF, which tells nothing but the pages."""

    personal: ClassVar[bool] = True

    file: ScanFile
    sha256: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
    pages: int
    size_bytes: int


class FinishScan(Command[ScanFinished], frozen=True, kw_only=True, tag="scan.finish"):
    """Bind the pages. They stay until the scan is wiped, and may be bound anew."""

    scan: ScanId


class WipeScan(Command[Done], frozen=True, kw_only=True, tag="scan.wipe"):
    """Overwrite and remove everything of every scan, whoever asks; `scan` is over."""

    scan: ScanId
