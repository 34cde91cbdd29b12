"""How our refusals look over HTTP, and the headers that let any page's script read an answer."""

from typing import Any

from litestar import Request, Response

from devices.contract.errors import DeadlinePassedError
from devices.contract.message import Refused
from devices.web.serve import problem
from vc.engine.port import EngineLostError, NoLegError
from vc.rtp.errors import NotSdpError, SdpTooLargeError, TooManyMediaError
from vc.signaling import errors

ANY_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Location, ETag, Link, Accept-Patch, Retry-After",
    "Cache-Control": "no-store",
}
"""Bearer tokens, no cookies: a page of another origin can do nothing a program could not."""

_UNAUTHORIZED, _UNUSABLE = 401, 422
_STATUS = {
    errors.NoTokenError.code: _UNAUTHORIZED,
    errors.ForgedTokenError.code: _UNAUTHORIZED,
    errors.ExpiredTokenError.code: _UNAUTHORIZED,
    errors.ReplayedTokenError.code: _UNAUTHORIZED,
    errors.OtherConferenceError.code: 403,
    errors.WrongDirectionError.code: 403,
    errors.OtherLegError.code: 403,
    errors.ForeignBoxError.code: 403,
    errors.NotAcceptedTypeError.code: 415,
    errors.NoPreconditionError.code: 428,
    errors.StaleTagError.code: 412,
    errors.NoIceRestartError.code: _UNUSABLE,
    errors.NotOfferedError.code: 409,
    NotSdpError.code: 400,
    TooManyMediaError.code: 400,
    SdpTooLargeError.code: 413,
    NoLegError.code: 404,
    DeadlinePassedError.code: 503,
    EngineLostError.code: 503,
}


def refusal(request: Request[Any, Any, Any], error: Exception) -> Response[Refused]:
    """Return any error as `{code, text, retry}` with the status the RFC has for it."""
    answer = problem(request, error)
    code = answer.content.code
    unlisted = _UNUSABLE if code.startswith("sdp.") else answer.status_code
    answer.status_code = _STATUS.get(code, unlisted)
    answer.headers.update(ANY_ORIGIN)
    if answer.status_code == _UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer
