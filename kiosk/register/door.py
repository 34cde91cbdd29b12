"""The pages' door: signing in and out, the language, and what is behind `/`."""

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery
from litestar.response import Redirect

from devices.web.limits import TooOftenError
from kiosk.register.access import OFFICER, OPEN
from kiosk.register.errors import WrongPasswordError
from kiosk.register.pages import LANGUAGE, AnyRequest, Pages, inside, led
from kiosk.register.sessions import COOKIE, Sessions

_YEAR_S = 365 * 86_400
_LONGEST = 128


class SignInForm(msgspec.Struct, frozen=True, kw_only=True):
    """Who comes, and where to afterwards."""

    officer: Annotated[str, msgspec.Meta(max_length=_LONGEST)]
    password: Annotated[str, msgspec.Meta(max_length=_LONGEST)]
    to: Annotated[str, msgspec.Meta(max_length=1000)] = "/"


Form = Annotated[SignInForm, Body(media_type=RequestEncodingType.URL_ENCODED)]


@get("/sign-in", opt=OPEN, include_in_schema=False)
async def sign_in_page(
    request: AnyRequest, pages: NamedDependency[Pages], to: FromQuery[str] = "/"
) -> Response[str]:
    """Show the door."""
    return pages.show(request, "sign_in.html", to=inside(to), refused="", tried="")


@post("/sign-in", opt=OPEN, include_in_schema=False)
async def sign_in(
    request: AnyRequest,
    data: Form,
    pages: NamedDependency[Pages],
    sessions: NamedDependency[Sessions],
) -> Response[str] | Redirect:
    """Let somebody in."""
    address = request.client.host if request.client else ""
    try:
        token = await sessions.sign_in(data.officer.strip(), data.password, address)
    except (WrongPasswordError, TooOftenError) as error:
        status = 429 if isinstance(error, TooOftenError) else 401
        return pages.show(
            request,
            "sign_in.html",
            status=status,
            to=inside(data.to),
            refused=error.code,
            tried=data.officer,
        )
    answer = led(inside(data.to))
    answer.set_cookie(
        Cookie(
            key=COOKIE,
            value=token,
            path="/",
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
    )
    return answer


@post("/sign-out", opt=OFFICER, include_in_schema=False)
async def sign_out(request: AnyRequest, sessions: NamedDependency[Sessions]) -> Redirect:
    """End the session."""
    await sessions.sign_out(request.cookies[COOKIE])
    answer = led("/sign-in")
    answer.delete_cookie(COOKIE, path="/")
    return answer


@get("/language/{language:str}", opt=OPEN, include_in_schema=False)
async def choose_language(language: FromPath[str], back: FromQuery[str] = "/") -> Redirect:
    """Keep the language of this browser."""
    answer = led(inside(back))
    value = "en" if language == "en" else "vi"
    answer.set_cookie(
        Cookie(key=LANGUAGE, value=value, path="/", max_age=_YEAR_S, samesite="lax", httponly=True)
    )
    return answer


ROUTES = (sign_in_page, sign_in, sign_out, choose_language)
