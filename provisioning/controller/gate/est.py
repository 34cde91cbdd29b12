"""Enrolment over Secure Transport (RFC 7030, clarified by RFC 8951): the province gives boxes
their certificates.
"""  # noqa: D205 - one sentence

import asyncio
import base64
import binascii
from typing import Any

from cryptography import x509
from litestar import Request, Response, get, post

from devices.contract.errors import MotcuaError
from devices.web.limits import Buckets
from devices.web.tls import peer_number
from provisioning.controller.gate.peers import box_of
from provisioning.controller.registry.errors import NoClaimError
from provisioning.controller.registry.registrar import Registrar
from provisioning.pki.pkcs7 import certs_only
from provisioning.pki.requests import BadRequestError, judged

AnyRequest = Request[Any, Any, Any]
_BASE = "/.well-known/est"
_MOST_HEADER = 1024
_BODY_WITHIN_S = 20.0
_CERTS_ONLY = "application/pkcs7-mime; smime-type=certs-only"
_ATTRIBUTES = bytes.fromhex(
    "3021"
    "3015"
    "06072a8648ce3d0201"  # id-ecPublicKey, with
    "310a06082a8648ce3d030107"  # secp256r1
    "06082a8648ce3d040302"  # ecdsa-with-SHA256
)
"""CsrAttrs (RFC 7030 §4.5.2): the key we would like."""
_ADDRESS_BURST, _ADDRESS_EVERY_S = 40, 2.0
_BOX_BURST, _BOX_EVERY_S = 10, 6.0


def routes(registrar: Registrar) -> list[Any]:
    """Return the handlers of EST: `cacerts`, `csrattrs`, `simpleenroll`, `simplereenroll`."""
    by_address = Buckets(registrar.clock, burst=_ADDRESS_BURST, every_s=_ADDRESS_EVERY_S)
    by_box = Buckets(registrar.clock, burst=_BOX_BURST, every_s=_BOX_EVERY_S)

    @get(f"{_BASE}/cacerts")
    async def cacerts() -> Response[bytes]:
        """Return the authority's certificate (§4.1)."""
        return _base64(certs_only([registrar.authority.certificate]), "application/pkcs7-mime")

    @get(f"{_BASE}/csrattrs")
    async def csrattrs() -> Response[bytes]:
        """Return what a request should be made with (§4.5)."""
        return _base64(base64.b64encode(_ATTRIBUTES), "application/csrattrs")

    @post(f"{_BASE}/simpleenroll", status_code=200)
    async def simpleenroll(request: AnyRequest) -> Response[bytes]:
        """Give a box its first certificate for its claim (§4.2.1), by HTTP Basic."""
        address = request.client.host if request.client else "unknown"
        by_address.check(address)
        identity, claim = _basic(request.headers.get("authorization", ""))
        key = f"{address} {identity.lower()}"
        by_box.check(key)
        body = await _body(request)

        def enrolled() -> x509.Certificate:
            return registrar.enrolment.enrol(identity, claim, judged(body), address)

        try:
            certificate = await registrar.worker.do(enrolled)
        except MotcuaError as error:
            by_box.spend(key)
            if not error.retry:
                by_address.spend(address)
            raise
        return _base64(certs_only([certificate]), _CERTS_ONLY)

    @post(f"{_BASE}/simplereenroll", status_code=200)
    async def simplereenroll(request: AnyRequest) -> Response[bytes]:
        """Give a box its next certificate for its present one (§4.2.2)."""
        box = box_of(registrar.registry, request).box
        by_box.take(f"renew {box}")
        number, body = peer_number(request.scope), await _body(request)

        def renewed() -> x509.Certificate:
            return registrar.enrolment.renew(box, number, judged(body))

        return _base64(certs_only([await registrar.worker.do(renewed)]), _CERTS_ONLY)

    return [cacerts, csrattrs, simpleenroll, simplereenroll]


async def _body(request: AnyRequest) -> bytes:
    try:
        async with asyncio.timeout(_BODY_WITHIN_S):
            return await request.body()
    except TimeoutError as error:
        raise BadRequestError("The request did not come in time.") from error


def _base64(body: bytes, media_type: str) -> Response[bytes]:
    # RFC 8951 §3.1 lets a client ignore the header; old clients ask for it
    headers = {"Content-Transfer-Encoding": "base64"}
    return Response(body, media_type=media_type, headers=headers)


def _basic(header: str) -> tuple[str, str]:
    """Return who asks and the claim (RFC 7617); raises NoClaimError."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic" or len(value) > _MOST_HEADER:
        raise NoClaimError
    try:
        text = base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise NoClaimError(f"HTTP Basic cannot be read: {error}") from error
    identity, colon, claim = text.partition(":")
    if not (identity and colon and claim):
        raise NoClaimError
    return identity, claim
