"""The registry: which boxes there are, and what technicians decide about them.

Questions are answered from memory, in any thread. Orders block: call them on a Worker. Each is one
transaction and one line of the audit.
"""

import contextlib
import secrets
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol

import msgspec
from sqlalchemy import Connection, delete, select, update

from devices.contract.clock import Clock
from devices.web.limits import Buckets, TooOftenError
from provisioning.claims import CLAIM_BYTES, spelled, tidy_serial
from provisioning.controller.database import Database
from provisioning.controller.registry import rows
from provisioning.controller.registry.checking import box_name, check_place, claim_hash, judged
from provisioning.controller.registry.errors import (
    BadListError,
    BoxTakenError,
    NoSuchBoxError,
    RevokedCertificateError,
    UnknownCertificateError,
)
from provisioning.controller.registry.memory import Memory
from provisioning.controller.registry.records import (
    Asking,
    BoxRecord,
    Claimed,
    Expected,
    Holder,
    IssuedCertificate,
    Place,
    Standing,
)
from provisioning.controller.registry.tables import CLAIM, ENROLMENT
from provisioning.pki.revocation import Revoked

CLAIM_DAYS = 90
KEPT = timedelta(days=400)
"""So long certificates and claims that ended are still on record."""
_FEW = 20
_MISUSE_EVERY_S = 3600.0
_GONE = "This request is not waiting any more."


class Audit(Protocol):
    """Where it is written down who did what. Blocking."""

    def writing(
        self, actor: str, action: str, subject: str, detail: str = ""
    ) -> AbstractContextManager[Connection]:
        """Yield the transaction that this record is part of: both are kept, or neither."""
        ...

    def write(self, actor: str, action: str, subject: str, detail: str = "") -> None:
        """Write down what was done already."""
        ...


class Unaudited:
    """Writes nothing down: for tools and tests."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def writing(
        self, actor: str, action: str, subject: str, detail: str = ""
    ) -> AbstractContextManager[Connection]:
        """Yield a transaction."""
        del actor, action, subject, detail
        return self._database.writing()

    def write(self, actor: str, action: str, subject: str, detail: str = "") -> None:
        """Do nothing."""


class Registry:
    """Boxes, claims and certificates. No box is named like `province`, or `province`-something."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        audit: Audit | None = None,
        *,
        province: str = "province",
    ) -> None:
        self._database = database
        self._province = province
        self._clock = clock
        self._audit = audit or Unaudited(database)
        self._memory = Memory()
        self._told: list[Callable[[], None]] = []
        self._stamp: tuple[object, ...] = ()
        self._looked_at = clock.now()
        self._misuses = Buckets(clock, burst=1, every_s=_MISUSE_EVERY_S)
        self.refresh()

    def all(self) -> tuple[BoxRecord, ...]:
        """Return every box on record, retired ones too."""
        return self._memory.all()

    def known(self, box: str) -> BoxRecord | None:
        """Return a box by its name."""
        return self._memory.box(box)

    def by_serial(self, serial: str) -> BoxRecord | None:
        """Return the box that this hardware is, unless it is retired."""
        return self._memory.by_serial(serial.lower())

    def owner(self, number: str) -> BoxRecord:
        """Return the box whose valid certificate has this number.

        Raises UnknownCertificateError or RevokedCertificateError.
        """
        known = self._memory.number(number)
        if known is None:
            raise UnknownCertificateError
        if known.revoked_at:
            raise RevokedCertificateError(
                f"The certificate of {known.box} was revoked on {known.revoked_at:%Y-%m-%d %H:%M} "
                "UTC."
            )
        record = self._memory.box(known.box)
        if record is None or record.standing is not Standing.IN_SERVICE:
            raise UnknownCertificateError
        if known.not_after <= self._clock.now():
            raise UnknownCertificateError(f"The certificate of {known.box} has expired.")
        return record

    def revoked(self) -> list[Revoked]:
        """Return the revoked certificates that have not expired, for the revocation list."""
        now = self._clock.now()
        return [
            Revoked(number, known.revoked_at)
            for number, known in self._memory.numbers().items()
            if known.revoked_at and known.not_after > now
        ]

    def cut_off(self) -> dict[str, tuple[str, datetime]]:
        """Return numbers whose bearers must not stay connected: the box, and since when."""
        return {
            number: (known.box, known.revoked_at)
            for number, known in self._memory.numbers().items()
            if known.revoked_at and not known.superseded
        }

    def on_revoked(self, tell: Callable[[], None]) -> None:
        """Call this, in whatever thread, after certificates were revoked."""
        self._told.append(tell)

    def asking(self) -> list[Asking]:
        """Return the boxes that ask to come in, the oldest first; refused ones too."""
        with self._database.reading() as db:
            return rows.asking(db)

    def waiting(self, asking: int) -> Asking:
        """Return one of them; raises NoSuchBoxError."""
        for one in self.asking():
            if one.id == asking:
                return one
        raise NoSuchBoxError(_GONE)

    def holders(self, box: str) -> list[Holder]:
        """Return which hardware was the box, the newest first."""
        with self._database.reading() as db:
            return rows.holders(db, box)

    def certificates(self, box: str) -> list[IssuedCertificate]:
        """Return a box's certificates, the newest first."""
        with self._database.reading() as db:
            return rows.certificates(db, box)

    def refresh(self) -> None:
        """Read it all anew if another process changed anything (`motcua enrol`).

        Or if the clock was set back: certificates that seemed to be over are not.
        """
        now = self._clock.now()
        set_back, self._looked_at = now < self._looked_at, now
        with self._database.reading() as db:
            stamp = rows.stamp(db)
            if stamp == self._stamp and not set_back:
                return
            boxes, numbers = rows.boxes(db), rows.numbers(db, now)
        self._memory.replace(boxes, numbers)
        self._stamp = stamp
        for tell in self._told:
            tell()

    def preauthorise(self, expected: Sequence[Expected], actor: str) -> list[Claimed]:
        """Expect these boxes; returns their claims, which nobody can read again.

        A serial number or name that is expected or in service already gets a new claim, and its old
        one is worthless. Raises BadListError with every bad line; then nothing is kept.
        """
        now = self._clock.now()
        serials = ", ".join(one.serial for one in expected)
        deed = ("box.preauthorised", f"{len(expected)}", serials)
        with self._audit.writing(actor, *deed) as db:
            known = {record.box: record for record in rows.boxes(db)}
            used = {(row.serial, bytes(row.hash)) for row in db.execute(select(CLAIM))}
            items, problems = judged(expected, known, used, self._province)
            if problems:
                raise BadListError(tuple(problems))
            claimed = [self._expect(db, item, known.get(item.box), actor, now) for item in items]
        self._learn(*(one.box for one in claimed))
        return claimed

    def accept(self, asking: int, box: str, place: Place, actor: str) -> BoxRecord:
        """Let a waiting box in, under this name: it gets its certificate when it asks again.

        Raises NoSuchBoxError when nothing waits, BoxTakenError when name or serial number belongs
        to another box (`replace` is for that), BadIdentityError, BadPlaceError.
        """
        box_name(box, self._province)
        check_place(place)
        now = self._clock.now()
        said = self.waiting(asking)
        deed = ("box.accepted", box, f"serial {said.serial}, words {said.words}")
        with self._audit.writing(actor, *deed) as db:
            row = db.execute(select(ENROLMENT).where(ENROLMENT.c.id == asking)).first()
            if row is None:
                raise NoSuchBoxError(_GONE)
            before = rows.box(db, box)
            if before and (before.serial != row.serial or before.standing is Standing.RETIRED):
                raise BoxTakenError(f"The name {box} belongs to serial number {before.serial}.")
            other = rows.box_of(db, row.serial)
            if other and other.box != box:
                raise BoxTakenError(f"Serial number {row.serial} is the box {other.box}.")
            record = before or BoxRecord(box=box, serial=row.serial, standing=Standing.EXPECTED)
            record = msgspec.structs.replace(record, **rows.placed(record, place))
            rows.put_box(db, record)
            rows.forget_claims(db, serial=row.serial, box=box)
            db.execute(
                CLAIM.insert().values(
                    serial=row.serial,
                    box=box,
                    hash=row.hash,
                    key_hash=row.key_hash,
                    made_by=actor,
                    made_at=now,
                    expires_at=now + timedelta(days=CLAIM_DAYS),
                )
            )
            db.execute(delete(ENROLMENT).where(ENROLMENT.c.serial == row.serial))
        self._learn(box)
        return record

    def refuse(self, asking: int, reason: str, actor: str) -> None:
        """Turn a waiting box away; it is told the reason. Raises NoSuchBoxError."""
        fields = {"refused_at": self._clock.now(), "refused_by": actor, "reason": reason[:200]}
        deed = ("box.refused", self.waiting(asking).serial, reason[:200])
        with self._audit.writing(actor, *deed) as db:
            this = update(ENROLMENT).where(ENROLMENT.c.id == asking)
            if not db.execute(this.values(fields)).rowcount:
                raise NoSuchBoxError(_GONE)

    def replace(self, box: str, serial: str, actor: str) -> Claimed:
        """Have other hardware take a box's place and name; returns its claim.

        The old hardware's certificates are revoked at once. Raises NoSuchBoxError, BoxTakenError,
        BadClaimError.
        """
        serial = tidy_serial(serial)
        now = self._clock.now()
        old = _there(self._memory.box(box)).serial
        with self._audit.writing(actor, "box.replaced", box, f"serial {old} by {serial}") as db:
            record = _there(rows.box(db, box))
            other = rows.box_of(db, serial)
            if other:
                raise BoxTakenError(f"Serial number {serial} is the box {other.box}.")
            rows.revoke(db, box, now, "replaced")
            rows.let_go(db, box, now)
            rows.forget_claims(db, serial=record.serial, box=box)
            fresh = msgspec.structs.replace(record, serial=serial, standing=Standing.EXPECTED)
            rows.put_box(db, fresh)
            claimed = self._claim(db, Expected(serial=serial, box=box), actor, now)
        self._learn(box)
        self._tell()
        return claimed

    def retire(self, box: str, actor: str) -> None:
        """Take a box out of service for good: its certificates are revoked. NoSuchBoxError."""
        now = self._clock.now()
        serial = _there(self._memory.box(box)).serial
        with self._audit.writing(actor, "box.retired", box, f"serial {serial}") as db:
            record = _there(rows.box(db, box))
            rows.revoke(db, box, now, "retired")
            rows.let_go(db, box, now)
            rows.forget_claims(db, serial=record.serial, box=box)
            rows.put_box(db, msgspec.structs.replace(record, standing=Standing.RETIRED))
        self._learn(box)
        self._tell()

    def put(self, box: str, place: Place, actor: str) -> BoxRecord:
        """Say where a box stands; what is empty stays as it is.

        Raises NoSuchBoxError, BadPlaceError.
        """
        check_place(place)
        where = f"{place.unit} {place.site} {place.role} {place.name}".strip()
        with self._audit.writing(actor, "box.placed", box, where) as db:
            record = _there(rows.box(db, box))
            record = msgspec.structs.replace(record, **rows.placed(record, place))
            rows.put_box(db, record)
        self._learn(box)
        return record

    def tidy(self) -> None:
        """Forget certificates and claims that ended more than a year ago.

        The clock alone is not believed: one that is years ahead would forget every box, and whom
        the province revoked. Counted from the newest certificate, should that be earlier.
        """
        with self._database.writing() as db:
            newest = rows.newest_issued(db)
            if newest:
                rows.tidy(db, min(newest, self._clock.now()) - KEPT)

    def certifying(self, box: str, number: str) -> AbstractContextManager[Connection]:
        """Yield the transaction in which a box is given the certificate of this number."""
        return self._audit.writing(box, "box.certified", box, f"certificate {number}")

    def misused(self, serial: str, box: str, address: str) -> None:
        """Write down that a claim was shown again: the sheet is in other hands, or a box is lost.

        Once an hour for a serial number: whoever keeps on asking fills no log.
        """
        with contextlib.suppress(TooOftenError):
            self._misuses.take(serial)
            detail = f"a claim used already was shown again, from {address}"
            self._audit.write(serial, "enrol.claim_used", box, detail)

    def enrolled(self, box: str, *, revoked: int) -> None:
        """Know the box's new certificate; `revoked` of its earlier ones ended with it."""
        self._learn(box)
        if revoked:
            self._tell()

    def _expect(
        self, db: Connection, item: Expected, before: BoxRecord | None, actor: str, now: datetime
    ) -> Claimed:
        record = before or BoxRecord(box=item.box, serial=item.serial, standing=Standing.EXPECTED)
        rows.put_box(db, msgspec.structs.replace(record, **rows.placed(record, item.place)))
        rows.forget_claims(db, serial=item.serial, box=item.box)
        return self._claim(db, item, actor, now)

    def _claim(self, db: Connection, item: Expected, actor: str, now: datetime) -> Claimed:
        box, serial, claim = item.box, item.serial, item.claim or _new_claim()
        expires_at = now + timedelta(days=CLAIM_DAYS)
        db.execute(
            CLAIM.insert().values(
                serial=serial,
                box=box,
                hash=claim_hash(serial, claim),
                made_by=actor,
                made_at=now,
                expires_at=expires_at,
            )
        )
        return Claimed(box=box, serial=serial, claim=claim, expires_at=expires_at)

    def _learn(self, *boxes: str) -> None:
        if len(boxes) > _FEW:
            self._stamp = ()
            self.refresh()
            return
        with self._database.reading() as db:
            now = self._clock.now()
            for name in boxes:
                found = rows.boxes(db, only=name)
                numbers = rows.numbers(db, now, only=name)
                for record in found:
                    self._memory.learn(record, numbers)

    def _tell(self) -> None:
        for tell in self._told:
            tell()


def _there(record: BoxRecord | None) -> BoxRecord:
    if record is None or record.standing is Standing.RETIRED:
        raise NoSuchBoxError
    return record


def _new_claim() -> str:
    return spelled(secrets.token_bytes(CLAIM_BYTES))
