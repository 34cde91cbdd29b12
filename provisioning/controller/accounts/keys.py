"""What somebody proves to be himself with, as it is stored: password, second factor, codes.

Blocking, as `Database` says.
"""

import msgspec
from sqlalchemy import delete, func, insert, select, update

from devices.contract.clock import Clock
from provisioning.controller.accounts import second_factor
from provisioning.controller.accounts.audit import Audit
from provisioning.controller.accounts.records import State, WrongCodeError
from provisioning.controller.accounts.sessions import Client, Sessions
from provisioning.controller.accounts.tables import ACCOUNT, RECOVERY
from provisioning.controller.database import Database
from provisioning.controller.rights import Person


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """What a sign-in is held against; `password` is a hash, `totp_key` empty without one."""

    account: int
    login: str
    name: str
    language: str
    password: str
    totp_key: str


NOBODY = Stored(account=0, login="", name="", language="vi", password="", totp_key="")


class Keys:
    """Everybody's keys."""

    def __init__(self, database: Database, audit: Audit, sessions: Sessions, clock: Clock) -> None:
        self._database = database
        self._audit = audit
        self._sessions = sessions
        self._clock = clock

    def of(self, login: str) -> Stored:
        """Return what an open account's sign-in is held against; NOBODY's for any other login."""
        with self._database.reading() as db:
            row = db.execute(
                select(ACCOUNT).where(
                    ACCOUNT.c.login == login.lower(), ACCOUNT.c.state == State.ACTIVE.value
                )
            ).first()
        if row is None:
            return NOBODY
        return Stored(
            account=row.id,
            login=row.login,
            name=row.name,
            language=row.language,
            password=row.password,
            totp_key=row.totp_key,
        )

    def take_code(self, stored: Stored, code: str) -> str:
        """Take a code of the authenticator, or a recovery code, which is then used up.

        Returns which it was; raises WrongCodeError.
        """
        step = second_factor.step_of(stored.totp_key, code, self._clock.now())
        with self._database.writing() as db:
            if step is not None:
                newer = update(ACCOUNT).where(
                    ACCOUNT.c.id == stored.account, ACCOUNT.c.totp_step < step
                )
                if db.execute(newer.values(totp_step=step)).rowcount:
                    return "totp"
            used = delete(RECOVERY).where(
                RECOVERY.c.account == stored.account,
                RECOVERY.c.hash == second_factor.recovery_hash(stored.account, code),
            )
            if db.execute(used).rowcount:
                return "recovery"
        raise WrongCodeError

    def rehash(self, stored: Stored, password: str) -> None:
        """Put a hash with newer parameters in place of the one that is stored."""
        with self._database.writing() as db:
            same = update(ACCOUNT).where(
                ACCOUNT.c.id == stored.account, ACCOUNT.c.password == stored.password
            )
            db.execute(same.values(password=password))

    def begin(self, stored: Stored, client: Client, *, how: str) -> str:
        """Begin a session, and return its token."""
        with self._audit.writing(stored.login, "session.begun", client.address, how) as db:
            now = self._clock.now()
            db.execute(
                update(ACCOUNT).where(ACCOUNT.c.id == stored.account).values(signed_in_at=now)
            )
            return self._sessions.begin(db, stored.account, client)

    def set_password(self, person: Person, password: str, client: Client) -> str:
        """Put a hash in place, end every session, and return the token of a new one."""
        with self._audit.writing(person.login, "password.changed", client.address) as db:
            values = {"password": password, "fresh_password": False}
            db.execute(update(ACCOUNT).where(ACCOUNT.c.id == person.id).values(values))
            self._sessions.end_all(db, person.id)
            return self._sessions.begin(db, person.id, client)

    def offer_key(self, person: Person) -> str:
        """Return a fresh key for an authenticator; it counts once a code of it has come."""
        key = second_factor.fresh_key()
        with self._database.writing() as db:
            db.execute(update(ACCOUNT).where(ACCOUNT.c.id == person.id).values(totp_pending=key))
        return key

    def confirm_key(self, person: Person, code: str, client: Client) -> tuple[str, ...]:
        """Take the offered key, and return recovery codes, which are told this once.

        Raises WrongCodeError.
        """
        key = self.offered(person)
        step = second_factor.step_of(key, code, self._clock.now()) if key else None
        if step is None:
            raise WrongCodeError
        codes = second_factor.recovery_codes()
        with self._audit.writing(person.login, "second_factor.added", client.address) as db:
            values = {"totp_key": key, "totp_pending": "", "totp_step": step}
            db.execute(update(ACCOUNT).where(ACCOUNT.c.id == person.id).values(values))
            db.execute(delete(RECOVERY).where(RECOVERY.c.account == person.id))
            db.execute(
                insert(RECOVERY),
                [
                    {"account": person.id, "hash": second_factor.recovery_hash(person.id, each)}
                    for each in codes
                ],
            )
        return codes

    def remove_key(self, person: Person, client: Client) -> None:
        """Go without a second factor."""
        with self._audit.writing(person.login, "second_factor.removed", client.address) as db:
            values = {"totp_key": "", "totp_pending": ""}
            db.execute(update(ACCOUNT).where(ACCOUNT.c.id == person.id).values(values))
            db.execute(delete(RECOVERY).where(RECOVERY.c.account == person.id))

    def offered(self, person: Person) -> str:
        """Return the key that was offered and not taken yet; empty when there is none."""
        with self._database.reading() as db:
            pending = select(ACCOUNT.c.totp_pending).where(ACCOUNT.c.id == person.id)
            return db.execute(pending).scalar() or ""

    def codes_left(self, person: Person) -> int:
        """Return how many recovery codes are left."""
        with self._database.reading() as db:
            count = select(func.count()).where(RECOVERY.c.account == person.id)
            return db.execute(count).scalar() or 0

    def set_language(self, person: Person, language: str) -> None:
        """Remember the language of the pages."""
        with self._database.writing() as db:
            db.execute(update(ACCOUNT).where(ACCOUNT.c.id == person.id).values(language=language))

    def end_sessions(self, person: Person, client: Client, *, but: int = 0, only: int = 0) -> None:
        """End a person's sessions: all, all but one, or only one."""
        with self._audit.writing(person.login, "session.ended", client.address) as db:
            self._sessions.end_all(db, person.id, but=but, only=only)
