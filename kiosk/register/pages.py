"""Drawing of the officers' pages: templates, words in two languages, and who looks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import jinja2
from litestar import MediaType, Request, Response
from litestar.response import Redirect

from devices.contract.clock import LOCAL, Clock
from kiosk.register.config import RegisterConfig
from kiosk.register.room import Words
from kiosk.register.texts import WORDS

AnyRequest = Request[Any, Any, Any]
LANGUAGE = "motcua_language"
TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"


class Pages:
    """Draws templates of all rooms; each room brings its folder and its words."""

    def __init__(
        self,
        config: RegisterConfig,
        clock: Clock,
        folders: Sequence[Path] = (),
        words: Sequence[Words] = (),
    ) -> None:
        self._config = config
        self._clock = clock
        self._words: dict[str, tuple[str, str]] = dict(WORDS)
        for more in words:
            self._words.update(more)
        self._drawer = jinja2.Environment(
            loader=jinja2.FileSystemLoader([TEMPLATES, *folders]),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._drawer.filters["moment"] = moment
        self._drawer.filters["day"] = day_text

    def show(
        self, request: AnyRequest, template: str, *, status: int = 200, **values: Any
    ) -> Response[str]:
        """Draw a page for whoever asks, in their language."""
        language = language_of(request)
        text = self._drawer.get_template(template).render(
            t=self.words(language),
            language=language,
            officer=request.scope.get("user"),
            names=self._config.names,
            name=self._config.names.get(language) or self._config.names["vi"],
            sample=self._config.sample_data,
            path=_path(request),
            now=self._clock.now(),
            **values,
        )
        return Response(text, media_type=MediaType.HTML, status_code=status)

    def words(self, language: str) -> Mapping[str, str]:
        """Return every word in the language."""
        at = 1 if language == "en" else 0
        return {key: pair[at] for key, pair in self._words.items()}


def language_of(request: AnyRequest) -> str:
    """Return `vi`, or `en` for who asked for it."""
    return "en" if request.cookies.get(LANGUAGE) == "en" else "vi"


def led(path: str) -> Redirect:
    """Lead a browser to a page of ours after a deed (RFC 9110 §15.4.4)."""
    return Redirect(path, status_code=303)


def inside(path: str, otherwise: str = "/") -> str:
    """Return the path when it is one of ours, and no way to another site."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if plain and path.isprintable() and "\\" not in path else otherwise


def moment(value: datetime | None) -> str:
    """Return a local time as officials write it: `14:07 22/11/2026`, or nothing."""
    return f"{value.astimezone(LOCAL):%H:%M %d/%m/%Y}" if value else ""


def day_text(value: datetime | None) -> str:
    """Return a local day: `22/11/2026`, or nothing."""
    return f"{value.astimezone(LOCAL):%d/%m/%Y}" if value else ""


def _path(request: AnyRequest) -> str:
    query = request.scope.get("query_string", b"").decode("latin-1")
    return f"{request.url.path}?{query}" if query else str(request.url.path)
