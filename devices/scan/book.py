"""One citizen's scan: pages in their order, as files of the vault. Blocking, on one thread."""

import hashlib
import secrets
from collections import deque
from dataclasses import dataclass

import numpy as np

from devices.camera.page import Page, PageFinder
from devices.camera.paper import PaperFormat
from devices.camera.picture import Picture
from devices.camera.quads import size_mm
from devices.camera.squaring import Ink, Squarer
from devices.camera.steady import Steadiness
from devices.contract.message import Done
from devices.scan.binding import Sheet, as_g4, as_jpeg, bound
from devices.scan.errors import NoPagesError, ScanOverError, TooManyPagesError
from devices.scan.messages import PageCaptured, PagePreviewed, ScanFinished
from devices.scan.settings import ScansConfig
from devices.scan.vault import Vault

_PREVIEW_PX, _REVIEW_PX = 960, 1200
_PREVIEW_QUALITY, _REVIEW_QUALITY = 60, 70
_ENDED = 64


@dataclass(frozen=True, slots=True)
class _Held:
    page: str
    review: str
    file: str
    width_mm: float
    height_mm: float


class ScanBook:
    """Keeps the pages of the one scan under way. A new scan's name ends the one before."""

    def __init__(self, config: ScansConfig, vault: Vault) -> None:
        self._config = config
        self._vault = vault
        self._finder = PageFinder(desk_width_mm=config.desk_width_mm)
        self._squarer = Squarer(dpi=config.dpi)
        self._scan = ""
        self._ended: deque[str] = deque(maxlen=_ENDED)
        self._pages: list[_Held] = []
        self._preview = ""
        self._pdf = ""
        self._steadiness = Steadiness()

    @property
    def is_used(self) -> bool:
        """Whether a scan is under way."""
        return bool(self._scan)

    def find(self, picture: Picture) -> Page | None:
        """Return the page in a camera's picture, which `turn_deg` turns."""
        return self._finder.find(self._upright(picture))

    def preview(self, scan: str, picture: Picture) -> PagePreviewed:
        """Keep a small picture of the desk with the page outlined, in place of the one before."""
        self._turn_to(scan)
        upright = self._upright(picture)
        page = self._finder.find(upright)
        steady = self._steadiness.saw(page.corners if page else None, max(upright.shape[:2]))
        small = self._squarer.outlined(upright, page.corners if page else None, _PREVIEW_PX)
        if self._preview:
            self._vault.drop(self._preview)
        self._preview = self._vault.put("preview", "jpg", as_jpeg(small, _PREVIEW_QUALITY))
        flaws = page.flaws if page else ()
        return PagePreviewed(
            file=self._preview,
            found=page is not None,
            steady=steady and not flaws,
            flaws=flaws,
            paper=page.paper if page else None,
        )

    def room_for_a_page(self, scan: str) -> None:
        """Raise ScanOverError or TooManyPagesError when no page can be taken."""
        self._turn_to(scan)
        if len(self._pages) >= self._config.pages:
            raise TooManyPagesError

    def take(self, scan: str, picture: Picture, page: Page | None) -> PageCaptured:
        """Put a page behind the others; `page` is None for the desk as it is."""
        self.room_for_a_page(scan)
        upright = self._upright(picture)
        if page is None:
            paper, shape, sheet = PaperFormat.OTHER, upright.shape[1] / upright.shape[0], upright
        else:
            paper, shape = page.paper, page.shape
            sheet = self._squarer.flattened(self._squarer.squared(upright, page), paper)
        review = self._squarer.smaller(sheet, _REVIEW_PX)
        held = self._keep(sheet, review, paper, shape)
        self._pages.append(held)
        self._steadiness.taken()
        self._forget_pdf()
        return PageCaptured(
            page=held.page,
            file=held.review,
            paper=paper,
            flaws=page.flaws if page else (),
            pages=len(self._pages),
        )

    def drop(self, scan: str, page: str) -> Done:
        """Overwrite and forget a page."""
        self._turn_to(scan)
        for held in [held for held in self._pages if held.page == page]:
            self._pages.remove(held)
            self._vault.drop(held.review)
            self._vault.drop(held.file)
        self._forget_pdf()
        return Done()

    def finish(self, scan: str) -> ScanFinished:
        """Bind the pages; raises NoPagesError."""
        self._turn_to(scan)
        if not self._pages:
            raise NoPagesError
        self._forget_pdf()
        pdf = bound(
            [
                Sheet(self._vault.get(held.file), held.width_mm, held.height_mm)
                for held in self._pages
            ]
        )
        self._pdf = self._vault.put("scan", "pdf", pdf)
        return ScanFinished(
            file=self._pdf,
            sha256=hashlib.sha256(pdf).hexdigest(),
            pages=len(self._pages),
            size_bytes=len(pdf),
        )

    def wipe(self, scan: str = "") -> None:
        """Overwrite and forget everything; the scan under way and `scan` are over."""
        self._ended.extend(name for name in (self._scan, scan) if name)
        self._scan, self._preview, self._pdf = "", "", ""
        self._pages.clear()
        self._steadiness = Steadiness()
        self._vault.wipe()

    def _turn_to(self, scan: str) -> None:
        if scan in self._ended:
            raise ScanOverError
        if scan != self._scan:
            self.wipe()  # the scan before is over
            self._scan = scan

    def _keep(self, sheet: Picture, review: Picture, paper: PaperFormat, shape: float) -> _Held:
        name = self._vault.put("review", "jpg", as_jpeg(review, _REVIEW_QUALITY))
        try:
            suffix, data = self._inked(sheet)
            file = self._vault.put("page", suffix, data)
        except BaseException:
            self._vault.drop(name)
            raise
        return _Held(secrets.token_hex(8), name, file, *size_mm(paper, shape))

    def _inked(self, sheet: Picture) -> tuple[str, bytes]:
        auto = self._config.ink == "auto"
        ink = self._squarer.ink_of(sheet) if auto else Ink(self._config.ink)
        if ink is Ink.BLACK:
            return "tif", as_g4(self._squarer.inked(sheet))
        return "jpg", as_jpeg(sheet if ink is Ink.COLOUR else self._squarer.gray(sheet))

    def _forget_pdf(self) -> None:
        if self._pdf:
            self._vault.drop(self._pdf)
            self._pdf = ""

    def _upright(self, picture: Picture) -> Picture:
        colour = picture if picture.ndim > 2 else np.repeat(picture[..., None], 3, 2)  # noqa: PLR2004 - planes
        turns = self._config.turn_deg // 90
        return np.ascontiguousarray(np.rot90(colour, -turns)) if turns else colour
