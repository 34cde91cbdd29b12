"""The session's cookie: for this host only, out of scripts' reach, sent by no other site's page."""

from typing import Any

from litestar import Response

from provisioning.controller.accounts.gate import Gate


def with_session(response: Response[Any], gate: Gate, token: str) -> Response[Any]:
    """Return the response with a session's token; it goes when the browser is closed."""
    response.set_cookie(
        key=gate.cookie, value=token, path="/", httponly=True, secure=gate.secure, samesite="strict"
    )
    return response


def without_session(response: Response[Any], gate: Gate) -> Response[Any]:
    """Return the response that takes the cookie away."""
    response.set_cookie(
        key=gate.cookie,
        value="",
        path="/",
        max_age=0,
        httponly=True,
        secure=gate.secure,
        samesite="strict",
    )
    return response
