"""OAuth 2 client credentials (RFC 6749 §4.4): who a client is, its tokens, and their judging.

Tokens are opaque, live some minutes in memory, and are known by their hash alone; a restart ends
them, and clients ask for new ones, as they must at any time (RFC 6750 §3.1).
"""

import base64
import binascii
import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from typing import ClassVar, NamedTuple
from urllib.parse import parse_qsl, unquote_plus

import msgspec

from devices.contract.clock import Clock
from devices.runtime.worker import Worker
from devices.web.limits import Buckets
from devices.web.pin import is_pin
from kiosk.register.config import ClientConfig, OauthConfig, RegisterConfig
from kiosk.register.errors import (
    BadAuthorizationError,
    BadTokenError,
    NoTokenError,
    RegisterError,
    ScopeMissingError,
)
from kiosk.register.scopes import Scope

FORM = "application/x-www-form-urlencoded"
_TOKEN_BYTES = 32
_PER_CLIENT = 16
_MOST_TOKENS = 2048
_MOST_KNOWN = 256


class TokenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A token (RFC 6749 §5.1). `expires_in` is in seconds."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str


class OauthError(RegisterError):
    """No token is given."""

    told: ClassVar[str] = "invalid_request"
    status = 400

    @property
    def headers(self) -> dict[str, str]:
        """A client whose name or secret is wrong is told how to show them (RFC 6749 §5.2)."""
        challenge = {"www-authenticate": 'Basic realm="motcua-register"'}
        return challenge if self.status == 401 else {}  # noqa: PLR2004 - the status of a challenge


class InvalidRequestError(OauthError):
    """The request lacks a parameter, says one twice, or shows the secret in two ways."""


class InvalidClientError(OauthError):
    """The client or its secret is wrong."""

    told = "invalid_client"
    status = 401


class InvalidScopeError(OauthError):
    """The client may not have this scope."""

    told = "invalid_scope"


class UnsupportedGrantError(OauthError):
    """Only client_credentials is given here."""

    told = "unsupported_grant_type"


class Caller(NamedTuple):
    """A client that showed a good token."""

    client: str
    scopes: frozenset[Scope]


class _Given(NamedTuple):
    caller: Caller
    until: float


class Tokens:
    """The tokens that live. In the loop's thread only."""

    def __init__(self, config: RegisterConfig, secrets_worker: Worker, clock: Clock) -> None:
        self._config = config
        self._worker = secrets_worker
        self._clock = clock
        self._given: OrderedDict[str, _Given] = OrderedDict()
        limits: OauthConfig = config.oauth
        self._by_address, self._by_name = (
            Buckets(clock, burst=limits.tries, every_s=limits.try_every_s) for _ in range(2)
        )
        self._been_here: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._requests = Buckets(clock, burst=limits.requests, every_s=limits.request_every_s)

    async def give(self, asked: "TokenRequest", address: str) -> TokenAnswer:
        """Return a new token; raises OauthError, TooOftenError.

        Tries are counted by address, right ones too: a token lasts minutes. Those of addresses from
        which the client never came are counted by its name as well, so that they are few from
        however many addresses, and keep nobody out who was in.
        """
        self._by_address.take(address)
        if (asked.client, address) not in self._been_here:
            self._by_name.take(asked.client)
        client = await self._known(asked)
        self._note(client.id, address)
        scopes = _granted(client, asked.scope)
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        until = self._clock.monotonic() + self._config.oauth.token_s
        self._given[_hash(token)] = _Given(Caller(client.id, scopes), until)
        self._forget_surplus(client.id)
        return TokenAnswer(
            access_token=token,
            token_type="Bearer",  # noqa: S106 - the type's name
            expires_in=self._config.oauth.token_s,
            scope=" ".join(sorted(scopes)),
        )

    def judge(self, headers: Mapping[str, str], needed: Scope) -> Caller:
        """Return who shows a token that allows this.

        Raises NoTokenError, BearerError, TooOftenError.
        """
        shown = headers.get("authorization")
        if shown is None:
            raise NoTokenError
        kind, _, token = shown.partition(" ")
        if kind.lower() != "bearer" or not token or token != token.strip() or " " in token:
            raise BadAuthorizationError
        given = self._given.get(_hash(token))
        if given is None or given.until <= self._clock.monotonic():
            raise BadTokenError
        if needed not in given.caller.scopes:
            raise ScopeMissingError(needed)
        self._requests.take(given.caller.client)
        return given.caller

    def end_all(self) -> None:
        """End every token now."""
        self._given.clear()

    async def _known(self, asked: "TokenRequest") -> ClientConfig:
        client = self._config.client(asked.client)
        if not self._config.clients:
            raise InvalidClientError
        judged = client or self._config.clients[0]  # as slow for a name that is nobody's
        right = await self._worker.do(is_pin, asked.secret, judged.secret_hash)
        if client is None or not right:
            raise InvalidClientError
        return client

    def _note(self, client: str, address: str) -> None:
        self._been_here[client, address] = None
        self._been_here.move_to_end((client, address))
        while len(self._been_here) > _MOST_KNOWN:
            self._been_here.popitem(last=False)

    def _forget_surplus(self, client: str) -> None:
        now = self._clock.monotonic()
        own = [key for key, given in self._given.items() if given.caller.client == client]
        dead = [key for key, given in self._given.items() if given.until <= now]
        for key in {*own[:-_PER_CLIENT], *dead, *list(self._given)[:-_MOST_TOKENS]}:
            del self._given[key]


class TokenRequest(NamedTuple):
    """What a client asks for; an empty `scope` is everything it may."""

    client: str
    secret: str
    scope: str


def read_request(headers: Mapping[str, str], body: bytes) -> TokenRequest:
    """Return the token request (RFC 6749 §4.4.2 with §2.3.1); raises OauthError."""
    media = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != FORM:
        raise InvalidRequestError(f"The body must be {FORM}.")
    try:
        text = body.decode("ascii")
        pairs = parse_qsl(text, strict_parsing=True, errors="strict", max_num_fields=32)
    except ValueError as error:
        raise InvalidRequestError("The body is not a form.") from error
    said = dict(pairs)
    if len(said) != len(pairs):
        raise InvalidRequestError("A parameter is there twice.")
    client, secret = _shown(headers.get("authorization"), said)
    if "grant_type" not in said:
        raise InvalidRequestError("grant_type is missing.")
    if said["grant_type"] != "client_credentials":
        raise UnsupportedGrantError
    return TokenRequest(client, secret, said.get("scope", ""))


def _shown(header: str | None, said: Mapping[str, str]) -> tuple[str, str]:
    """Return name and secret, from the header or the body, never both (RFC 6749 §2.3)."""
    if header is None:
        if not said.get("client_id") or "client_secret" not in said:
            raise InvalidClientError("Show client and secret: HTTP Basic, or in the body.")
        return said["client_id"], said["client_secret"]
    if "client_secret" in said:
        raise InvalidRequestError("The secret is shown in two ways.")
    kind, _, code = header.partition(" ")
    try:
        name, colon, secret = base64.b64decode(code, validate=True).decode().partition(":")
    except (binascii.Error, ValueError) as error:
        raise InvalidClientError from error
    if kind.lower() != "basic" or not colon:
        raise InvalidClientError
    if said.get("client_id", unquote_plus(name)) != unquote_plus(name):
        raise InvalidRequestError("The body names another client than the header.")
    return unquote_plus(name), unquote_plus(secret)


def _granted(client: ClientConfig, asked: str) -> frozenset[Scope]:
    allowed = frozenset(client.scopes)
    wanted = frozenset(asked.split())
    if not wanted:
        return allowed
    if not wanted <= allowed:
        raise InvalidScopeError
    return frozenset(scope for scope in allowed if scope in wanted)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
