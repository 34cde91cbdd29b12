"""What every page's route does: the language, and HTML with the right headers."""

from typing import Annotated, Any

from litestar import MediaType, Request, Response
from litestar.params import PathParameter

from provisioning.controller.texts import LANGUAGES, Language

AnyRequest = Request[Any, Any, Any]
NEWEST = 2**53
"""More than any row's number, and no more than JSON's readers and every database hold."""
Number = Annotated[int, PathParameter(ge=0, le=NEWEST)]
"""A row's number in a path."""
_COOKIE = "language"


def language_of(request: AnyRequest) -> Language:
    """Return the language asked for now or before; Vietnamese otherwise."""
    asked = request.query_params.get("lang") or request.cookies.get(_COOKIE)
    return next((language for language in LANGUAGES if language == asked), LANGUAGES[0])


def html(page: str, language: Language) -> Response[str]:
    """Return a page, and keep its language for the next one."""
    response = Response(page, media_type=MediaType.HTML)
    set_language(response, language)
    return response


def set_language(response: Response[Any], language: str) -> None:
    """Have the browser keep the language for the next pages."""
    response.set_cookie(key=_COOKIE, value=language, samesite="strict", max_age=31_536_000)
