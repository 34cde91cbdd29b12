"""Officers' sessions at the pages: a password each, a bound on wrong tries, an end when idle."""

import hashlib
import secrets
from datetime import datetime, timedelta

import msgspec

from devices.contract.clock import Clock, local_day
from devices.runtime.worker import Worker
from devices.web.limits import Buckets
from devices.web.pin import is_pin
from kiosk.register.config import OfficerConfig, RegisterConfig, Role
from kiosk.register.errors import NotAllowedError, NotSignedInError, WrongPasswordError
from kiosk.register.store import Store

TABLES = (
    """
    CREATE TABLE sessions (
        token_hash TEXT PRIMARY KEY,
        officer TEXT NOT NULL,
        began_at TEXT NOT NULL,
        used_at TEXT NOT NULL
    )
    """,
)
COOKIE = "motcua_register"
_TRIES, _TRY_EVERY_S = 5, 60.0
_TOKEN_BYTES = 32
_PER_OFFICER = 3
_NOTE_USE_AFTER = timedelta(seconds=30)


class _Session(msgspec.Struct, frozen=True, kw_only=True):
    officer: str
    began_at: datetime
    used_at: datetime


class Sessions:
    """Who has signed in. A session ends with the local day, and when idle for `idle_min`."""

    def __init__(
        self, config: RegisterConfig, store: Store, worker: Worker, passwords: Worker, clock: Clock
    ) -> None:
        self._config = config
        self._store = store
        self._worker = worker
        self._passwords = passwords
        self._clock = clock
        self._tries = Buckets(clock, burst=_TRIES, every_s=_TRY_EVERY_S)

    async def sign_in(self, officer: str, password: str, address: str) -> str:
        """Return a new session's token; raises WrongPasswordError, TooOftenError."""
        keys = (f"from {address}", f"as {officer}")
        for key in keys:
            self._tries.check(key)
        for key in keys:
            self._tries.spend(key)  # before the slow hash, so that tries at once count too
        known = self._config.officer(officer)
        judged = known or self._config.officers[0]  # as slow for a name that is nobody's
        right = await self._passwords.do(is_pin, password, judged.password_hash)
        if known is None or not right:
            raise WrongPasswordError
        for key in keys:
            self._tries.forgive(key)
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        await self._worker.do(self._begin, _hash(token), known.id)
        return token

    async def officer(self, token: str | None, role: Role) -> OfficerConfig:
        """Return whose session it is; raises NotSignedInError, NotAllowedError."""
        if not token:
            raise NotSignedInError
        officer = await self._worker.do(self._use, _hash(token))
        if role is Role.HEAD and officer.role is not Role.HEAD:
            raise NotAllowedError
        return officer

    async def sign_out(self, token: str) -> None:
        """End the session."""
        await self._worker.do(self._end, _hash(token))

    def _begin(self, token_hash: str, officer: str) -> None:
        now = self._clock.now()
        with self._store.transaction():
            self._store.run(
                "INSERT INTO sessions VALUES (?, ?, ?, ?)", token_hash, officer, now, now
            )
            self._store.run(
                "DELETE FROM sessions WHERE officer = ? AND token_hash NOT IN (SELECT token_hash"
                " FROM sessions WHERE officer = ? ORDER BY began_at DESC, rowid DESC LIMIT ?)",
                *(officer, officer, _PER_OFFICER),
            )

    def _use(self, token_hash: str) -> OfficerConfig:
        now = self._clock.now()
        found = self._store.row(_Session, "sessions", "WHERE token_hash = ?", token_hash)
        officer = self._config.officer(found.officer) if found else None
        if found is None or officer is None:
            raise NotSignedInError
        idle = now - found.used_at
        if idle > timedelta(minutes=self._config.idle_min) or local_day(
            found.began_at
        ) != local_day(now):
            self._end(token_hash)
            raise NotSignedInError
        if idle > _NOTE_USE_AFTER:
            with self._store.transaction():
                self._store.run(
                    "UPDATE sessions SET used_at = ? WHERE token_hash = ?", now, token_hash
                )
        return officer

    def _end(self, token_hash: str) -> None:
        with self._store.transaction():
            self._store.run("DELETE FROM sessions WHERE token_hash = ?", token_hash)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
