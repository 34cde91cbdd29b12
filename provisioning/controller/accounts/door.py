"""The door: signing in and out, and the keys of one's own account.

A wrong login and a wrong password get the same answer after the same work. Tries are limited by
address, by login and by both, so that neither one machine nor many can guess, and nobody can keep
somebody else out by trying in his name from another machine.
"""

import secrets
from collections import OrderedDict
from typing import Annotated, Literal

import msgspec

from devices.contract.clock import Clock
from devices.contract.config import Config
from devices.runtime.worker import Worker
from devices.web.limits import Buckets
from provisioning.controller.accounts import second_factor
from provisioning.controller.accounts.audit import Audit
from provisioning.controller.accounts.keys import Keys, Stored
from provisioning.controller.accounts.passwords import PasswordConfig, Passwords
from provisioning.controller.accounts.records import (
    CodeNeededError,
    Known,
    WrongCodeError,
    WrongPasswordError,
    WrongSignInError,
)
from provisioning.controller.accounts.sessions import Client, Sessions

_HASHING_S = 10.0
_TICKET_S = 300.0
_MOST_TICKETS = 256


class AccountsConfig(Config, frozen=True, kw_only=True):
    """How people sign in. A session ends unused after `idle_min`, and after `whole_h` anyway."""

    idle_min: Annotated[int, msgspec.Meta(ge=1, le=1440)] = 30
    whole_h: Annotated[int, msgspec.Meta(ge=1, le=720)] = 12
    second_factor: Literal["optional", "required"] = "optional"
    password: PasswordConfig = PasswordConfig()


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A session's token, for the cookie; and the language of the person's pages."""

    token: str
    language: str


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A key for an authenticator: as text, and as an SVG of its QR."""

    key: str
    qr: str


class _Tickets:
    """Those whose password was right, and whose code is still to come."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: OrderedDict[str, tuple[float, Stored]] = OrderedDict()

    def make(self, stored: Stored) -> str:
        ticket = secrets.token_urlsafe(16)
        self._waiting[ticket] = (self._clock.monotonic(), stored)
        while len(self._waiting) > _MOST_TICKETS:
            self._waiting.popitem(last=False)
        return ticket

    def of(self, ticket: str) -> Stored | None:
        made_at, stored = self._waiting.get(ticket, (-_TICKET_S, None))
        return stored if self._clock.monotonic() - made_at < _TICKET_S else None

    def drop(self, ticket: str) -> None:
        self._waiting.pop(ticket, None)


class Door:
    """Lets people in. The database is used on the thread `store`, passwords on `hashing`."""

    def __init__(
        self,
        config: AccountsConfig,
        keys: Keys,
        sessions: Sessions,
        audit: Audit,
        *,
        store: Worker,
        hashing: Worker,
        clock: Clock,
    ) -> None:
        self.must_have_second_factor = config.second_factor == "required"
        self.sessions = sessions
        self.passwords = Passwords(config.password)
        self._keys = keys
        self._audit = audit
        self._store = store
        self._hashing = hashing
        self._by_both = Buckets(clock, burst=5, every_s=30.0)
        self._by_address = Buckets(clock, burst=20, every_s=6.0)
        self._by_login = Buckets(clock, burst=100, every_s=6.0)
        self._codes = Buckets(clock, burst=10, every_s=600.0)
        self._tickets = _Tickets(clock)

    async def known(self, token: str, *, used: bool) -> Known | None:
        """Return whose session's token it is, or None."""
        return await self._store.do(self.sessions.known, token, used=used)

    def owes(self, known: Known) -> bool:
        """Whether there is something to be done in one's own account before anything else."""
        return known.fresh_password or (self.must_have_second_factor and not known.second_factor)

    async def sign_in(self, login: str, password: str, client: Client) -> SignedIn:
        """Begin a session.

        Raises WrongSignInError, TooOftenError; CodeNeededError with a ticket for `second_step`.
        """
        login = login.strip().lower()[:64]
        self._take(login, client)
        stored = await self._store.do(self._keys.of, login)
        if not await self._fits(password, stored):
            await self._refused(stored.login, client, "password")
            raise WrongSignInError
        if self.passwords.is_old(stored.password):
            hashed = await self._hash(password)
            await self._store.do(self._keys.rehash, stored, hashed)
            stored = await self._store.do(self._keys.of, login)
        if stored.totp_key:
            raise CodeNeededError(self._tickets.make(stored))
        return await self._let_in(stored, client, "password")

    async def second_step(self, ticket: str, code: str, client: Client) -> SignedIn:
        """Begin the session whose password was right, with a code or a recovery code.

        Raises WrongSignInError when the ticket is older than 5 minutes, WrongCodeError (it may be
        tried again), TooOftenError.
        """
        stored = self._tickets.of(ticket)
        if stored is None or stored != await self._store.do(self._keys.of, stored.login):
            raise WrongSignInError("This took too long: begin again with your password.")
        self._by_address.take(client.address)
        self._codes.check(stored.login)
        try:
            how = await self._store.do(self._keys.take_code, stored, code)
        except WrongCodeError:
            self._codes.spend(stored.login)  # six digits can be guessed, given time
            await self._refused(stored.login, client, "code")
            raise
        self._codes.forgive(stored.login)
        self._tickets.drop(ticket)
        return await self._let_in(stored, client, how)

    async def sign_out(self, known: Known, client: Client) -> None:
        """End this session."""
        await self._store.do(self._keys.end_sessions, known.person, client, only=known.session.id)

    async def end_sessions(self, known: Known, client: Client, *, only: int = 0) -> None:
        """End one's other sessions, or one of them."""
        await self._store.do(
            self._keys.end_sessions, known.person, client, but=known.session.id, only=only
        )

    async def change_password(
        self, known: Known, password: str, fresh: str, client: Client
    ) -> SignedIn:
        """Change one's password: every session ends, and this one goes on under a new token.

        Raises WrongPasswordError, WeakPasswordError, TooOftenError.
        """
        await self.again(known, password, client)
        self.passwords.judge(fresh, known.person.login, known.person.name)
        hashed = await self._hash(fresh)
        token = await self._store.do(self._keys.set_password, known.person, hashed, client)
        return SignedIn(token=token, language=known.language)

    async def offer_key(self, known: Known, password: str, client: Client) -> Offer:
        """Offer a key for an authenticator; raises WrongPasswordError, TooOftenError."""
        await self.again(known, password, client)
        return _drawn(await self._store.do(self._keys.offer_key, known.person), known)

    async def offered(self, known: Known) -> Offer | None:
        """Return the offer that stands, if there is one."""
        key = await self._store.do(self._keys.offered, known.person)
        return _drawn(key, known) if key else None

    async def confirm_key(self, known: Known, code: str, client: Client) -> tuple[str, ...]:
        """Take the key whose code this is; returns recovery codes. Raises WrongCodeError."""
        self._take(known.person.login, client)
        return await self._store.do(self._keys.confirm_key, known.person, code, client)

    async def remove_key(self, known: Known, password: str, client: Client) -> None:
        """Go without a second factor; raises WrongPasswordError, TooOftenError."""
        await self.again(known, password, client)
        await self._store.do(self._keys.remove_key, known.person, client)

    async def codes_left(self, known: Known) -> int:
        """Return how many recovery codes one has left."""
        return await self._store.do(self._keys.codes_left, known.person)

    async def set_language(self, known: Known, language: str) -> None:
        """Remember the language of one's pages."""
        await self._store.do(self._keys.set_language, known.person, language)

    async def again(self, known: Known, password: str, client: Client) -> None:
        """Have somebody who is signed in prove it again; raises WrongPasswordError."""
        login = known.person.login
        self._take(login, client)
        stored = await self._store.do(self._keys.of, login)
        if not await self._fits(password, stored):
            raise WrongPasswordError
        self._by_both.forgive(f"{login} {client.address}")

    async def hash(self, password: str, login: str, name: str = "") -> str:
        """Return a new password as it is stored; raises WeakPasswordError."""
        self.passwords.judge(password, login, name)
        return await self._hash(password)

    async def hash_given(self, password: str) -> str:
        """Return a password that a machine made up as it is stored."""
        return await self._hash(password)

    def _take(self, login: str, client: Client) -> None:
        both = f"{login} {client.address}"
        for bucket, key in (
            (self._by_both, both),
            (self._by_address, client.address),
            (self._by_login, login),
        ):
            bucket.take(key)

    async def _let_in(self, stored: Stored, client: Client, how: str) -> SignedIn:
        self._by_both.forgive(f"{stored.login} {client.address}")
        token = await self._store.do(self._keys.begin, stored, client, how=how)
        return SignedIn(token=token, language=stored.language)

    async def _refused(self, login: str, client: Client, what: str) -> None:
        """Write down a try that failed; what is nobody's login may be a password, so not that."""
        detail = what if login else f"{what}, no such account"
        subject = client.address
        await self._store.do(self._audit.write, login or "?", "session.refused", subject, detail)

    async def _fits(self, password: str, stored: Stored) -> bool:
        return await self._hashing.within(
            _HASHING_S, self.passwords.fits, password, stored.password
        )

    async def _hash(self, password: str) -> str:
        return await self._hashing.within(_HASHING_S, self.passwords.hash, password)


def _drawn(key: str, known: Known) -> Offer:
    return Offer(key=key, qr=second_factor.drawn(second_factor.address(key, known.person.login)))
