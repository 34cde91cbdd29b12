"""The province's gate as a box asks it: EST (RFC 7030, RFC 8951) and the time."""

import asyncio
import base64
import binascii
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from devices.contract.clock import Clock
from devices.contract.errors import MotcuaError
from provisioning.agent.identity import Identity, fingerprint_of

_EST = "/.well-known/est"
_WITHIN_S = 15.0
_MOST_BYTES = 262_144
_NO_CHECK_TIME = ssl.VerifyFlags(0x200000)  # X509_V_FLAG_NO_CHECK_TIME, which Python does not name
_LEAST_WAIT_S, _MOST_WAIT_S = 1.0, 3600.0
_DEFAULT_WAIT_S = 30.0
_LONGEST_TEXT = 300
_OF_A_CLAIM = ("enrol.claim_", "claim.")


class GateError(MotcuaError):
    """The province's gate could not be asked, or failed."""

    code = "gate.failed"
    retry = True


class ForeignGateError(MotcuaError):
    """The gate's CA is not the one this box was told to believe."""

    code = "gate.foreign"
    retry = True


class ClaimRefusedError(MotcuaError):
    """The claim is not taken: used, expired, or another box's."""

    code = "enrolment.claim_refused"


class RequestRefusedError(MotcuaError):
    """The gate does not give what was asked for; `said` is its own code for that."""

    code = "enrolment.refused"

    def __init__(self, sentence: str, said: str = "") -> None:
        super().__init__(sentence)
        self.said = said


class Waiting(msgspec.Struct, frozen=True):
    """Not yet: ask again with the same request, not sooner than in `retry_s` (§4.2.3)."""

    retry_s: float
    text: str = ""


class Told(msgspec.Struct, frozen=True):
    """The gate's time, and the own clock's in the middle of asking."""

    truth: datetime
    own: datetime


def trusting(
    ca: x509.Certificate, *, identity: Identity | None = None, check_dates: bool = True
) -> ssl.SSLContext:
    """Return what TLS is spoken with: this CA alone is believed, the server's name is checked.

    Raises RequestRefusedError when the identity's files do not fit each other.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(cadata=ca.public_bytes(Encoding.PEM).decode())
    if not check_dates:
        context.verify_flags |= _NO_CHECK_TIME
    if identity:
        try:
            context.load_cert_chain(identity.certificate_file, identity.key_file)
        except OSError as error:  # ssl.SSLError is one
            raise RequestRefusedError(f"the box's own certificate: {error}") from error
    return context


async def pinned_ca(url: str, ca_sha256: str) -> x509.Certificate:
    """Return the gate's CA, believed for its fingerprint alone (RFC 7030 §4.1.1).

    Raises ForeignGateError, GateError.
    """
    blind = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    blind.check_hostname = False
    blind.verify_mode = ssl.CERT_NONE  # what comes is judged by its fingerprint
    async with _asking(url, blind) as client:
        response = await client.get(f"{_EST}/cacerts")
    found = [one for one in _certificates(response) if fingerprint_of(one) == ca_sha256]
    if not found:
        raise ForeignGateError
    return found[0]


class Gate:
    """The gate at a URL, over a TLS context."""

    def __init__(self, url: str, context: ssl.SSLContext, clock: Clock) -> None:
        self._url = url
        self._context = context
        self._clock = clock

    async def time(self) -> Told:
        """Return what time it is; raises GateError."""
        async with _asking(self._url, self._context) as client:
            before = self._clock.now()
            response = await client.get("/time")
            after = self._clock.now()
        try:
            truth = msgspec.json.decode(response.content, type=_Time).now
        except msgspec.DecodeError as error:
            raise GateError(f"The gate tells no time: {error}") from error
        return Told(truth=truth, own=before + (after - before) / 2)

    async def enrol(self, request: bytes, serial: str, claim: str) -> x509.Certificate | Waiting:
        """Ask for a first certificate (§4.2.1, HTTP Basic with the claim of this serial number).

        Raises ClaimRefusedError, RequestRefusedError, GateError.
        """
        return await self._ask("simpleenroll", request, httpx.BasicAuth(serial, claim))

    async def enrol_again(self, request: bytes) -> x509.Certificate | Waiting:
        """Ask for the next certificate, known by the one in the context (§4.2.2)."""
        return await self._ask("simplereenroll", request, None)

    async def _ask(
        self, operation: str, request: bytes, auth: httpx.BasicAuth | None
    ) -> x509.Certificate | Waiting:
        async with _asking(self._url, self._context) as client:
            response = await client.post(
                f"{_EST}/{operation}",
                content=base64.b64encode(request),
                headers={
                    "content-type": "application/pkcs10",
                    "content-transfer-encoding": "base64",
                },
                auth=auth,
            )
        if response.status_code == httpx.codes.ACCEPTED:
            return Waiting(_retry_after_s(response), _text(response))
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise GateError(_text(response))
        if response.is_client_error:
            said = _refusal(response).code
            if auth and (said.startswith(_OF_A_CLAIM) or not said):
                raise ClaimRefusedError(_text(response))
            raise RequestRefusedError(_text(response), said)
        certificates = _certificates(response)
        if len(certificates) != 1:
            raise GateError(f"{len(certificates)} certificates came instead of one.")
        return certificates[0]


class _Time(msgspec.Struct):
    now: datetime


@asynccontextmanager
async def _asking(url: str, context: ssl.SSLContext) -> AsyncIterator["_Client"]:
    try:
        async with httpx.AsyncClient(
            base_url=url, verify=context, timeout=_WITHIN_S, trust_env=False
        ) as client:
            yield _Client(client)
    except httpx.HTTPError as error:
        raise GateError(f"{url}: {str(error) or type(error).__name__}") from error


class _Client:
    """httpx with a bound on what comes back, and on how long it takes in all."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def get(self, path: str) -> httpx.Response:
        return await self._bounded(self._client.build_request("GET", path), None)

    async def post(
        self, path: str, *, content: bytes, headers: dict[str, str], auth: httpx.Auth | None
    ) -> httpx.Response:
        request = self._client.build_request("POST", path, content=content, headers=headers)
        return await self._bounded(request, auth)

    async def _bounded(self, request: httpx.Request, auth: httpx.Auth | None) -> httpx.Response:
        body = bytearray()
        try:
            async with asyncio.timeout(2 * _WITHIN_S):
                response = await self._client.send(request, auth=auth, stream=True)
                try:
                    async for piece in response.aiter_bytes():
                        body += piece
                        if len(body) > _MOST_BYTES:
                            raise GateError(f"{request.url}: more than {_MOST_BYTES} bytes")
                finally:
                    await response.aclose()
        except TimeoutError as error:
            raise GateError(f"{request.url}: no answer in {2 * _WITHIN_S:g} s") from error
        return httpx.Response(response.status_code, headers=_headers(response), content=bytes(body))


def _headers(response: httpx.Response) -> dict[str, str]:
    """Return the headers, less those of an encoding that was undone already."""
    undone = ("content-encoding", "content-length", "transfer-encoding")
    return {name: value for name, value in response.headers.items() if name not in undone}


def _certificates(response: httpx.Response) -> list[x509.Certificate]:
    if response.status_code != httpx.codes.OK:
        raise GateError(_text(response))
    try:
        return pkcs7.load_der_pkcs7_certificates(base64.b64decode(response.content))
    except (binascii.Error, ValueError) as error:
        raise GateError(f"The gate's answer is not PKCS #7: {error}") from error


def _retry_after_s(response: httpx.Response) -> float:
    """Return the header in seconds, or as a date (RFC 9110 §10.2.3), within bounds."""
    said = response.headers.get("retry-after", "")
    wait_s = _DEFAULT_WAIT_S
    if said.isascii() and said.isdigit():
        wait_s = float(said[:9])
    elif said:
        try:
            wait_s = (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            wait_s = _DEFAULT_WAIT_S
    return min(max(_LEAST_WAIT_S, wait_s), _MOST_WAIT_S)


def _text(response: httpx.Response) -> str:
    """Return what the gate says of it: the house's error body, or plain text."""
    said = _refusal(response).text or response.content.decode(errors="replace")
    return said.strip()[:_LONGEST_TEXT] or f"HTTP {response.status_code}"


def _refusal(response: httpx.Response) -> "_Refusal":
    try:
        return msgspec.json.decode(response.content, type=_Refusal)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Refusal()


class _Refusal(msgspec.Struct):
    code: str = ""
    text: str = ""
