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
        with self._database.reading() as db:
            found = _matching(rows.claims(db, identity), secret)
            used = found is not None and found["used_at"] is not None
            again = _again(db, found, request, now) if found and used else None
            record = _claimant(db, found, request, now) if found and not used else None
        if again:
            return again
        if found and used:
            self._registry.misused(found["serial"], found["box"], address)
            raise UsedClaimError
        if record is None:
            with self._database.writing() as db:
                waiting = self._queue(db, _Unknown(identity, secret, request, address), now)
            raise waiting  # after the commit: the queue knows it
        certificate = self._signed(record, request, now)
        number = number_of(certificate)
        with self._registry.certifying(record.box, number) as db:
            found = _matching(rows.claims(db, identity), secret)  # it may have ended just now
            if found is None or found["used_at"]:
                raise UsedClaimError
            record = _claimant(db, found, request, now)
            revoked = _keep(db, record, request, certificate, now)
            spent = {"used_at": now, "key_hash": _key_hash(request), "number": number}
            db.execute(update(CLAIM).where(CLAIM.c.id == found["id"]).values(spent))
            db.execute(delete(ENROLMENT).where(ENROLMENT.c.serial == record.serial))
            rows.hold(db, record.box, record.serial, now)
            served = msgspec.structs.replace(record, standing=Standing.IN_SERVICE, enrolled_at=now)
            rows.put_box(db, served)
        self._registry.enrolled(record.box, revoked=revoked)
        return certificate

    def renew(self, name: str, number: str, request: Request) -> x509.Certificate:
        """Return the next certificate of a box that shows its present one (RFC 7030 §4.2.2).

        The subject stays, the key may be new. The certificate shown stays valid to its own end, so
        a box that loses power half-way is not locked out; what the box got in between and never
        used is revoked. Raises EnrolmentError.
        """
        now = self._clock.now()
        with self._database.reading() as db:
            record = _renewing(db, name, number, request, now)
            again = _answered(db, record.box, request, now, but=number)
        if again:
            return again
        certificate = self._signed(record, request, now)
        with self._registry.certifying(record.box, number_of(certificate)) as db:
            record = _renewing(db, name, number, request, now)  # it may have ended just now
            revoked = _keep(db, record, request, certificate, now, shown=number)
        self._registry.enrolled(record.box, revoked=revoked)
        return certificate

    def _signed(self, record: BoxRecord, request: Request, now: datetime) -> x509.Certificate:
        return box_certificate(
            self._authority, request.public_key, box=record.box, serial=record.serial, now=now
        )

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


def _matching(claims: list[RowMapping], secret: str) -> RowMapping | None:
    """Return the claim this secret is, looking at all of them alike."""
    found = None
    for claim in claims:
        if hmac.compare_digest(claim["hash"], claim_hash(claim["serial"], secret)):
            found = found or claim
    return found


def _again(
    db: Connection, claim: RowMapping, request: Request, now: datetime
) -> x509.Certificate | None:
    """Return what this very key got for a used claim, if that was a moment ago."""
    same = claim["key_hash"] == _key_hash(request) and claim["used_at"] + SAME_ANSWER_WITHIN > now
    return _answered(db, claim["box"], request, now) if same else None


def _claimant(db: Connection, claim: RowMapping, request: Request, now: datetime) -> BoxRecord:
    """Return the box that a claim is good for, with this request; raises EnrolmentError."""
    record, key = rows.box(db, claim["box"]), _key_hash(request)
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
    return record


def _keep(
    db: Connection,
    record: BoxRecord,
    request: Request,
    certificate: x509.Certificate,
    now: datetime,
    *,
    shown: str = "",
) -> int:
    """Store a certificate; returns how many earlier ones ended with it: all but the one shown."""
    number = number_of(certificate)
    reason = rows.SUPERSEDED if shown else "enrolled anew"
    revoked = rows.revoke(db, record.box, now, reason, but=(number, shown))
    issued = IssuedCertificate(
        number=number,
        box=record.box,
        serial=record.serial,
        key_hash=_key_hash(request),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        issued_at=now,
        der=certificate.public_bytes(serialization.Encoding.DER),
    )
    rows.put_certificate(db, issued)
    return revoked


def _answered(
    db: Connection, box: str, request: Request, now: datetime, *, but: str = ""
) -> x509.Certificate | None:
    """Return what this very key was answered a moment ago."""
    for issued in rows.certificates(db, box):
        fresh = issued.issued_at + SAME_ANSWER_WITHIN > now and not issued.revoked_at
        if fresh and issued.number != but and issued.key_hash == _key_hash(request):
            return x509.load_der_x509_certificate(issued.der)
    return None


def _renewing(db: Connection, name: str, number: str, request: Request, now: datetime) -> BoxRecord:
    """Return the box that may renew, with this request; raises EnrolmentError."""
    record = _bearer(db, name, number, now)
    if request.name != record.box or request.serial.lower() not in ("", record.serial):
        raise WrongNameError(
            f"The request is for {request.name!r}, the certificate is of {record.box}."
        )
    return record


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
