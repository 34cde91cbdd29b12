"""Sessions, kept at the server: the browser holds a random token of 256 bits, the store its hash.

Blocking, as `Database` says.
"""

import hashlib
import secrets
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, update

from devices.contract.clock import Clock
from provisioning.controller.accounts.people import grants_of
from provisioning.controller.accounts.records import Known, Lifetimes, Session, State
from provisioning.controller.accounts.tables import ACCOUNT, SESSION
from provisioning.controller.database import Database
from provisioning.controller.rights import Person

_TOKEN_BYTES = 32
_NOTED_EVERY_S = 60.0
_MOST_EACH = 20
_BROWSER = 200


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """Where a request comes from, as far as can be told."""

    address: str
    browser: str = ""


class Sessions:
    """Who is signed in, and where."""

    def __init__(self, database: Database, clock: Clock, lifetimes: Lifetimes) -> None:
        self._database = database
        self._clock = clock
        self.lifetimes = lifetimes

    def begin(self, db: Connection, account: int, client: Client) -> str:
        """Begin a session in the caller's transaction; returns its token, known to nobody else.

        Sessions that have ended are swept; of more than 20 of a person the oldest goes.
        """
        token, now = secrets.token_urlsafe(_TOKEN_BYTES), self._clock.now()
        db.execute(delete(SESSION).where(self._over(now)))
        own = select(SESSION.c.id).where(SESSION.c.account == account)
        keep = db.execute(own.order_by(SESSION.c.id.desc()).limit(_MOST_EACH - 1)).scalars().all()
        db.execute(delete(SESSION).where(SESSION.c.account == account, SESSION.c.id.not_in(keep)))
        row = {
            "hash": _hash(token),
            "account": account,
            "begun_at": now,
            "used_at": now,
            "address": client.address[:64],
            "browser": client.browser.replace("\0", "")[:_BROWSER],
        }
        db.execute(insert(SESSION).values(row))
        return token

    def known(self, token: str, *, used: bool) -> Known | None:
        """Return whose token it is; None when the session has ended or never was.

        A `used` session is idle from now on again; looking on by itself is no use.
        """
        now = self._clock.now()
        with self._database.reading() as db:
            found = db.execute(
                select(SESSION, ACCOUNT)
                .join(ACCOUNT, ACCOUNT.c.id == SESSION.c.account)
                .where(
                    SESSION.c.hash == _hash(token),
                    ACCOUNT.c.state == State.ACTIVE.value,
                    ~self._over(now),
                )
            )
            at = found.mappings().first()
            if at is None:
                return None
            number = at[ACCOUNT.c.id]
            grants = grants_of(db, [number])[number]
        session = Session(
            id=at[SESSION.c.id],
            begun_at=at[SESSION.c.begun_at],
            used_at=at[SESSION.c.used_at],
            address=at[SESSION.c.address],
            browser=at[SESSION.c.browser],
        )
        if used and (now - session.used_at).total_seconds() >= _NOTED_EVERY_S:
            self._note(session.id, now)
        return Known(
            person=Person(
                id=number, login=at[ACCOUNT.c.login], name=at[ACCOUNT.c.name], grants=grants
            ),
            session=session,
            language=at[ACCOUNT.c.language],
            fresh_password=at[ACCOUNT.c.fresh_password],
            second_factor=bool(at[ACCOUNT.c.totp_key]),
        )

    def person(self, login: str) -> Person | None:
        """Return who has signed in anywhere under this login; None when no session lasts."""
        with self._database.reading() as db:
            row = db.execute(
                select(ACCOUNT.c.id, ACCOUNT.c.name)
                .join(SESSION, ACCOUNT.c.id == SESSION.c.account)
                .where(
                    ACCOUNT.c.login == login,
                    ACCOUNT.c.state == State.ACTIVE.value,
                    ~self._over(self._clock.now()),
                )
                .limit(1)
            ).first()
            if row is None:
                return None
            grants = grants_of(db, [row.id])[row.id]
        return Person(id=row.id, login=login, name=row.name, grants=grants)

    def of(self, account: int) -> list[Session]:
        """Return a person's sessions, the newest first."""
        with self._database.reading() as db:
            rows = db.execute(
                select(SESSION)
                .where(SESSION.c.account == account, ~self._over(self._clock.now()))
                .order_by(SESSION.c.id.desc())
            )
            return [
                Session(
                    id=row.id,
                    begun_at=row.begun_at,
                    used_at=row.used_at,
                    address=row.address,
                    browser=row.browser,
                )
                for row in rows
            ]

    def end(self, token: str) -> None:
        """End the session of a token, if there is one."""
        with self._database.writing() as db:
            db.execute(delete(SESSION).where(SESSION.c.hash == _hash(token)))

    def end_all(self, db: Connection, account: int, *, but: int = 0, only: int = 0) -> int:
        """End a person's sessions in the caller's transaction; returns how many those were."""
        ended = delete(SESSION).where(SESSION.c.account == account, SESSION.c.id != but)
        if only:
            ended = ended.where(SESSION.c.id == only)
        return db.execute(ended).rowcount

    def _over(self, now: datetime) -> ColumnElement[bool]:
        return or_(
            SESSION.c.used_at < now - self.lifetimes.idle,
            SESSION.c.begun_at < now - self.lifetimes.whole,
        )

    def _note(self, session: int, now: datetime) -> None:
        with self._database.writing() as db:
            db.execute(update(SESSION).where(SESSION.c.id == session).values(used_at=now))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
