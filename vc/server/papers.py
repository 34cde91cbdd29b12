"""Meeting papers: PDFs that were brought, and the pictures of their pages, drawn when asked for."""

import asyncio
import contextlib
import secrets
from pathlib import Path

import pypdfium2

from devices.contract.errors import MotcuaError, StorageError
from devices.runtime.boot import write_durably
from devices.runtime.worker import Worker
from vc.server.config import PapersConfig
from vc.state import Paper

_MAGIC = b"%PDF-"
_MAGIC_WITHIN = 1024
_WITHIN_S = 20.0
_MAX_HEIGHT_BY_WIDTH = 4


class NotPdfError(MotcuaError):
    """The file is not a PDF that can be read."""

    code = "papers.not_pdf"


class PaperTooLargeError(MotcuaError):
    """The paper is too large, or has too many pages."""

    code = "papers.too_large"


class NoPageError(MotcuaError):
    """There is no such page."""

    code = "not_found"


class Papers:
    """The papers of all conferences in a folder; pages are drawn on the worker's thread."""

    def __init__(self, folder: Path, config: PapersConfig, worker: Worker) -> None:
        self._folder = folder
        self._config = config
        self._worker = worker

    async def add(self, conference: str, title: str, content: bytes) -> Paper:
        """Keep a PDF; raises NotPdfError, PaperTooLargeError, StorageError."""
        return await self._worker.within(_WITHIN_S, self._add, conference, title, content)

    async def page(self, conference: str, paper: str, page: int) -> Path:
        """Return the PNG of a page, drawn once; raises NoPageError, NotPdfError, StorageError."""
        picture = self._picture(conference, paper, page)
        if await asyncio.to_thread(picture.is_file):
            return picture
        return await self._worker.within(_WITHIN_S, self._draw, conference, paper, page)

    def _add(self, conference: str, title: str, content: bytes) -> Paper:
        if len(content) > self._config.max_mb * 2**20:
            raise PaperTooLargeError(f"More than {self._config.max_mb} MB.")
        if _MAGIC not in content[:_MAGIC_WITHIN]:
            raise NotPdfError
        document = _opened(content)
        try:
            pages = len(document)
        finally:
            document.close()
        if not 0 < pages <= self._config.max_pages:
            raise PaperTooLargeError(f"{pages} pages; at most {self._config.max_pages}.")
        paper = f"paper-{secrets.token_hex(4)}"
        path = self._pdf(conference, paper)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_durably(path, content)
        except OSError as error:
            raise StorageError(f"The paper cannot be kept: {error}") from error
        return Paper(id=paper, title=title, pages=pages)

    def _draw(self, conference: str, paper: str, page: int) -> Path:
        picture = self._picture(conference, paper, page)
        try:
            content = self._pdf(conference, paper).read_bytes()
        except OSError as error:
            raise NoPageError from error
        document = _opened(content)
        try:
            if not 1 <= page <= len(document):
                raise NoPageError
            sheet = document[page - 1]
            width, height = sheet.get_size()
            scale = self._config.width / max(width, height / _MAX_HEIGHT_BY_WIDTH, 1)
            image = sheet.render(scale=scale).to_pil()
            picture.parent.mkdir(parents=True, exist_ok=True)
            fresh = picture.with_suffix(".new")
            image.save(fresh, format="PNG")
            fresh.replace(picture)
        except pypdfium2.PdfiumError as error:
            raise NotPdfError(f"Page {page} cannot be drawn: {error}") from error
        except OSError as error:
            raise StorageError(f"The page cannot be kept: {error}") from error
        finally:
            document.close()
        self._forget_old(picture)
        return picture

    def _forget_old(self, but: Path) -> None:
        """Keep the newest pictures; a page on show that is forgotten is drawn again."""
        pictures = sorted(
            self._folder.glob("*/*/*.png"), key=lambda path: path.stat().st_mtime, reverse=True
        )
        for old in pictures[self._config.cached_pages :]:
            if old != but:
                with contextlib.suppress(OSError):
                    old.unlink()

    def _pdf(self, conference: str, paper: str) -> Path:
        return self._folder / conference / f"{paper}.pdf"

    def _picture(self, conference: str, paper: str, page: int) -> Path:
        return self._folder / conference / paper / f"{page}.png"


def _opened(content: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise NotPdfError(f"The PDF cannot be read: {error}") from error
