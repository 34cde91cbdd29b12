"""A box asks for a certificate: the first one by its claim, later ones by the one it has.

Blocking: call it on a Worker. `gate` speaks EST around it, the USB stick brings the same request.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from sqlalchemy import Connection, RowMapping, and_, delete, or_, select, update

from devices.contract.clock import Clock
from provisioning.claims import shown_words, tidy_claim, tidy_serial
from provisioning.controller.database import Database
from provisioning.controller.registry import rows
from provisioning.controller.registry.checking import claim_hash
from provisioning.controller.registry.errors import (
    ExpiredClaimError,
    NotAcceptedYetError,
    QueueFullError,
    RefusedEnrolmentError,
    RevokedCertificateError,
    UnknownCertificateError,
    UsedClaimError,
    WrongClaimError,
    WrongNameError,
)
from provisioning.controller.registry.records import BoxRecord, IssuedCertificate, Standing
from provisioning.controller.registry.registry import Registry
from provisioning.controller.registry.tables import CLAIM, ENROLMENT
from provisioning.pki.authority import Authority
from provisioning.pki.certificates import box_certificate, number_of
from provisioning.pki.requests import Request

SAME_ANSWER_WITHIN = timedelta(minutes=10)
"""A request whose answer was lost on the way gets the same certificate again for so long."""
_MOST_WAITING, _MOST_OF_A_SERIAL, _MOST_OF_AN_ADDRESS = 500, 3, 50
_FORGET_WAITING, _FORGET_REFUSED = timedelta(days=7), timedelta(days=30)
_NOTE_EVERY = timedelta(seconds=10)


class Enrolment:
    """Gives boxes their certificates."""

    def __init__(
        self, registry: Registry, database: Database, authority: Authority, clock: Clock
    ) -> None:
        self._registry = registry
        self._database = database
        self._authority = authority
        self._clock = clock

    def enrol(self, identity: str, claim: str, request: Request, address: str) -> x509.Certificate:
        """Return the first certificate of a box that knows its claim (RFC 7030 §4.2.1).

        `identity` is its serial number or its name. A serial number whose claim nobody made joins
        the queue: NotAcceptedYetError, until a technician says yes or no. Raises EnrolmentError,
        BadClaimError.
        """
        identity, secret = tidy_serial(identity), tidy_claim(claim)
        now = self._clock.now()
        with self._database.writing() as db:
            found = _matching(rows.claims(db, identity), secret)
            answer = (
                self._claimed(db, found, request, now)
                if found
                else self._queue(db, _Unknown(identity, secret, request, address), now)
            )
        if isinstance(answer, NotAcceptedYetError):
            raise answer  # after the commit: the queue knows it
        return self._told(answer)

    def renew(self, name: str, number: str, request: Request) -> x509.Certificate:
        """Return the next certificate of a box that shows its present one (RFC 7030 §4.2.2).

        The subject stays, the key may be new. The certificate shown stays valid to its own end, so
        a box that loses power half-way is not locked out; what the box got in between and never
        used is revoked. Raises EnrolmentError.
        """
        now = self._clock.now()
        with self._database.writing() as db:
            record = _bearer(db, name, number, now)
            if request.name != record.box or request.serial.lower() not in ("", record.serial):
                raise WrongNameError(
                    f"The request is for {request.name!r}, the certificate is of {record.box}."
                )
            answer = _answered(db, record.box, request, now, but=number) or self._issue(
                db, record, request, now, keep=number
            )
        return self._told(answer)

    def _told(self, answer: "_Answer") -> x509.Certificate:
        if answer.fresh:
            self._registry.enrolled(
                answer.box, f"certificate {number_of(answer.certificate)}", revoked=answer.revoked
            )
        return answer.certificate

    def _claimed(
        self, db: Connection, claim: RowMapping, request: Request, now: datetime
    ) -> "_Answer":
        key = _key_hash(request)
        if claim["used_at"]:
            same = claim["key_hash"] == key and claim["used_at"] + SAME_ANSWER_WITHIN > now
            again = _answered(db, claim["box"], request, now) if same else None
            if again is None:
                raise UsedClaimError
            return again
        record = rows.box(db, claim["box"])
        if (
            record is None
            or record.standing is Standing.RETIRED
            or record.serial != claim["serial"]
            or (claim["key_hash"] or key) != key
        ):
            raise WrongClaimError
        if claim["expires_at"] <= now:
            raise ExpiredClaimError
        _check_name(request, record)
        answer = self._issue(db, record, request, now)
        mine = and_(CLAIM.c.id == claim["id"], CLAIM.c.used_at.is_(None))
        used = {"used_at": now, "key_hash": key, "number": number_of(answer.certificate)}
        if not db.execute(update(CLAIM).where(mine).values(used)).rowcount:
            raise UsedClaimError  # by another door, in the same moment: nothing of ours is kept
        db.execute(delete(ENROLMENT).where(ENROLMENT.c.serial == record.serial))
        return answer

    def _issue(
        self, db: Connection, record: BoxRecord, request: Request, now: datetime, *, keep: str = ""
    ) -> "_Answer":
        certificate = box_certificate(
            self._authority, request.public_key, box=record.box, serial=record.serial, now=now
        )
        number = number_of(certificate)
        reason = rows.SUPERSEDED if keep else "enrolled anew"
        revoked = rows.revoke(db, record.box, now, reason, but=(number, keep))
        rows.put_certificate(
            db,
            IssuedCertificate(
                number=number,
                box=record.box,
                serial=record.serial,
                key_hash=_key_hash(request),
                not_before=certificate.not_valid_before_utc,
                not_after=certificate.not_valid_after_utc,
                issued_at=now,
                der=certificate.public_bytes(serialization.Encoding.DER),
            ),
        )
        if not keep:
            rows.hold(db, record.box, record.serial, now)
            served = msgspec.structs.replace(record, standing=Standing.IN_SERVICE, enrolled_at=now)
            rows.put_box(db, served)
        return _Answer(box=record.box, certificate=certificate, fresh=True, revoked=revoked)

    def _queue(self, db: Connection, one: "_Unknown", now: datetime) -> NotAcceptedYetError:
        """Note that a box asks; returns what it is told."""
        named = rows.box(db, one.serial)
        if named and named.serial != one.serial:
            raise WrongClaimError  # asked by a box's name: its claim would be known
        if one.request.name.lower() != one.serial:
            raise WrongNameError(f"The request is for {one.request.name!r}, not {one.serial!r}.")
        this = and_(
            ENROLMENT.c.serial == one.serial,
            ENROLMENT.c.hash == claim_hash(one.serial, one.claim),
            ENROLMENT.c.key_hash == _key_hash(one.request),
        )
        row = db.execute(select(ENROLMENT).where(this)).first()
        if row and row.refused_at:
            raise RefusedEnrolmentError(f"A technician refused this box: {row.reason}")
        if row:
            if row.last_at + _NOTE_EVERY < now:
                seen = {"last_at": now, "address": one.address}
                db.execute(update(ENROLMENT).where(this).values(seen))
            return NotAcceptedYetError(row.words)
        _make_room(db, one.serial, one.address, now)
        words = shown_words(one.serial, one.claim, one.request.key_der)
        db.execute(
            ENROLMENT.insert().values(
                serial=one.serial,
                hash=claim_hash(one.serial, one.claim),
                key_hash=_key_hash(one.request),
                words=words,
                address=one.address,
                first_at=now,
                last_at=now,
                refused_by="",
                reason="",
            )
        )
        return NotAcceptedYetError(words)


class _Unknown(msgspec.Struct, frozen=True):
    """What a box says whose claim nobody made."""

    serial: str
    claim: str
    request: Request
    address: str


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate for a box: issued just now (`fresh`), or once more."""

    box: str
    certificate: x509.Certificate
    fresh: bool
    revoked: int = 0


def _matching(claims: list[RowMapping], secret: str) -> RowMapping | None:
    """Return the claim this secret is, looking at all of them alike."""
    found = None
    for claim in claims:
        if hmac.compare_digest(claim["hash"], claim_hash(claim["serial"], secret)):
            found = found or claim
    return found


def _answered(
    db: Connection, box: str, request: Request, now: datetime, *, but: str = ""
) -> _Answer | None:
    """Return what this very key was answered a moment ago."""
    for issued in rows.certificates(db, box):
        fresh = issued.issued_at + SAME_ANSWER_WITHIN > now and not issued.revoked_at
        if fresh and issued.number != but and issued.key_hash == _key_hash(request):
            certificate = x509.load_der_x509_certificate(issued.der)
            return _Answer(box=box, certificate=certificate, fresh=False)
    return None


def _bearer(db: Connection, name: str, number: str, now: datetime) -> BoxRecord:
    shown, record = rows.certificate(db, number), rows.box(db, name)
    if shown is None or record is None or shown.box != name or shown.not_after <= now:
        raise UnknownCertificateError
    if shown.revoked_at:
        raise RevokedCertificateError
    if record.standing is not Standing.IN_SERVICE:
        raise UnknownCertificateError
    return record


def _check_name(request: Request, record: BoxRecord) -> None:
    """Let a box ask by its name, or by its serial number while it does not know its name."""
    if request.name != record.box and request.name.lower() != record.serial:
        raise WrongNameError(
            f"The request is for {request.name!r}; the claim is for {record.box!r}, "
            f"serial number {record.serial!r}."
        )
    if request.serial.lower() not in ("", record.serial):
        raise WrongNameError(
            f"The request names serial number {request.serial!r}, the claim {record.serial!r}."
        )


def _make_room(db: Connection, serial: str, address: str, now: datetime) -> None:
    """Forget what nobody asks for any more; raises QueueFullError."""
    old = and_(ENROLMENT.c.refused_at.is_(None), ENROLMENT.c.last_at < now - _FORGET_WAITING)
    done = ENROLMENT.c.refused_at < now - _FORGET_REFUSED
    db.execute(delete(ENROLMENT).where(or_(old, done)))
    if (
        rows.waiting_count(db) >= _MOST_WAITING
        or rows.waiting_count(db, serial=serial) >= _MOST_OF_A_SERIAL
        or rows.waiting_count(db, address=address) >= _MOST_OF_AN_ADDRESS
    ):
        raise QueueFullError


def _key_hash(request: Request) -> bytes:
    return hashlib.sha256(request.key_der).digest()
