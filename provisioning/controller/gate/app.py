"""The gate: the boxes' own HTTPS, apart from the dashboard. EST, the revocation list, the time."""

import random
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from litestar import Litestar, Request, Response, get

from devices.contract.errors import MotcuaError
from devices.contract.message import Refused, refused
from devices.web.serve import problem
from provisioning.claims import BadClaimError
from provisioning.controller.gate import est
from provisioning.controller.registry.errors import (
    EnrolmentError,
    ExpiredClaimError,
    NoClaimError,
    NotAcceptedYetError,
    QueueFullError,
    UsedClaimError,
    WrongClaimError,
)
from provisioning.controller.registry.registrar import Registrar
from provisioning.pki.requests import BadRequestError
from provisioning.pki.revocation import LIST_FILE

_MOST_BODY = 32_768
_UNAUTHORISED = (NoClaimError, WrongClaimError, UsedClaimError, ExpiredClaimError)


class ProvinceTime(msgspec.Struct, frozen=True, kw_only=True):
    """What time it is in the province: `now` with zone, `unix` in seconds."""

    now: datetime
    unix: float


def app(registrar: Registrar, handlers: Sequence[Any] = (), *, again_s: int = 30) -> Litestar:
    """Return the application, with the handlers of other rooms that boxes come to.

    A box that waits for a technician is told to ask again after `again_s` to twice that.
    """
    turned_down = partial(_answer_of, again_s)
    return Litestar(
        route_handlers=[*est.routes(registrar), *_public(registrar), *handlers],
        exception_handlers={
            EnrolmentError: turned_down,
            BadRequestError: turned_down,
            BadClaimError: turned_down,
            Exception: problem,
        },
        response_headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
        logging_config=None,
        openapi_config=None,
        request_max_body_size=_MOST_BODY,
    )


def _public(registrar: Registrar) -> list[Any]:
    """Return what a box without a certificate may ask, too."""

    @get("/time")
    async def time() -> ProvinceTime:
        now = registrar.clock.now()
        return ProvinceTime(now=now, unix=now.timestamp())

    @get("/ca.pem")
    async def ca() -> Response[bytes]:
        return Response(registrar.authority.pem, media_type="application/x-pem-file")

    @get("/crl")
    async def crl() -> Response[bytes]:
        der = await registrar.worker.do(_list_der, registrar)
        return Response(der, media_type="application/pkix-crl")

    return [time, ca, crl]


def _list_der(registrar: Registrar) -> bytes:
    pem = (registrar.authority.directory / LIST_FILE).read_bytes()
    return x509.load_pem_x509_crl(pem).public_bytes(serialization.Encoding.DER)


def _answer_of(again_s: int, _: Request[Any, Any, Any], error: MotcuaError) -> Response[Refused]:
    """Return why, in words: RFC 7030 §4.2.3 leaves the form of an error to us."""
    answer = Response(refused(error), status_code=_status(error), media_type="application/json")
    if isinstance(error, NotAcceptedYetError | QueueFullError):
        wait_s = again_s + random.randrange(again_s)  # noqa: S311 - only not in step with others
        answer.headers["Retry-After"] = str(wait_s)
    if isinstance(error, _UNAUTHORISED):
        answer.headers["WWW-Authenticate"] = 'Basic realm="motcua"'
    return answer


def _status(error: MotcuaError) -> int:
    if isinstance(error, BadRequestError | BadClaimError):
        return 400
    if isinstance(error, NotAcceptedYetError):
        return 202
    if isinstance(error, QueueFullError):
        return 503
    return 401 if isinstance(error, _UNAUTHORISED) else 403
