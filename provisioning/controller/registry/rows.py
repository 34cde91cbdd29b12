"""The registry's tables, read and written: functions of an open connection."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, delete, func, or_, select, update

from provisioning.controller.registry.memory import KnownNumber
from provisioning.controller.registry.records import (
    Asking,
    BoxRecord,
    CertificateFacts,
    Holder,
    IssuedCertificate,
    Place,
    Standing,
)
from provisioning.controller.registry.tables import BOX, CERTIFICATE, CLAIM, ENROLMENT, HOLDER

SUPERSEDED = "superseded"
"""The reason of a certificate that a newer one of the same box ended, without alarm."""


def boxes(db: Connection, *, only: str = "") -> list[BoxRecord]:
    """Return all boxes, or one, each with its newest certificate."""
    newest: dict[str, CertificateFacts] = {}
    facts = select(
        CERTIFICATE.c.box,
        CERTIFICATE.c.number,
        CERTIFICATE.c.not_before,
        CERTIFICATE.c.not_after,
        CERTIFICATE.c.revoked_at,
    ).order_by(CERTIFICATE.c.issued_at)
    for row in db.execute(facts.where(CERTIFICATE.c.box == only) if only else facts):
        newest[row.box] = CertificateFacts(
            number=row.number,
            not_before=row.not_before,
            not_after=row.not_after,
            revoked_at=row.revoked_at,
        )
    rows = select(BOX).order_by(BOX.c.box)
    found = db.execute(rows.where(BOX.c.box == only) if only else rows).mappings()
    return [_box(row, newest.get(row["box"])) for row in found]


def box(db: Connection, name: str) -> BoxRecord | None:
    """Return a box by its name, without its certificate."""
    row = db.execute(select(BOX).where(BOX.c.box == name)).mappings().first()
    return _box(row, None) if row else None


def box_of(db: Connection, serial: str) -> BoxRecord | None:
    """Return the box that a serial number is, unless it is retired."""
    in_use = and_(BOX.c.serial == serial, BOX.c.standing != Standing.RETIRED.value)
    row = db.execute(select(BOX).where(in_use)).mappings().first()
    return _box(row, None) if row else None


def put_box(db: Connection, record: BoxRecord) -> None:
    """Store a box, new or known."""
    fields: dict[str, Any] = {
        "serial": record.serial,
        "standing": record.standing.value,
        "role": record.role,
        "unit": record.unit,
        "site": record.site,
        "name": record.name,
        "enrolled_at": record.enrolled_at,
    }
    if not db.execute(update(BOX).where(BOX.c.box == record.box).values(fields)).rowcount:
        db.execute(BOX.insert().values(box=record.box, **fields))


def placed(record: BoxRecord, place: Place) -> dict[str, str]:
    """Return the fields of a place; what is left empty stays as it is on record."""
    return {
        name: getattr(place, name) or getattr(record, name)
        for name in ("role", "unit", "site", "name")
    }


def hold(db: Connection, name: str, serial: str, now: datetime) -> None:
    """Note that this hardware is the box from now on, if it was not before."""
    current = db.execute(
        select(HOLDER).where(HOLDER.c.box == name, HOLDER.c.until.is_(None))
    ).first()
    if current and current.serial == serial:
        return
    let_go(db, name, now)
    db.execute(HOLDER.insert().values(box=name, since=now, serial=serial))


def let_go(db: Connection, name: str, now: datetime) -> None:
    """Note that no hardware is the box from now on."""
    open_ones = and_(HOLDER.c.box == name, HOLDER.c.until.is_(None))
    db.execute(update(HOLDER).where(open_ones).values(until=now))


def holders(db: Connection, name: str) -> list[Holder]:
    """Return what hardware was the box, the newest first."""
    rows = select(HOLDER).where(HOLDER.c.box == name).order_by(HOLDER.c.id.desc())
    return [
        Holder(box=row.box, serial=row.serial, since=row.since, until=row.until)
        for row in db.execute(rows)
    ]


def claims(db: Connection, identity: str) -> list[RowMapping]:
    """Return the claims of a serial number, or of the box of this name; the newest first."""
    named = or_(CLAIM.c.serial == identity, CLAIM.c.box == identity)
    return list(db.execute(select(CLAIM).where(named).order_by(CLAIM.c.id.desc())).mappings())


def forget_claims(db: Connection, *, serial: str, box: str) -> None:
    """Make the claims that nobody has used worthless."""
    named = or_(CLAIM.c.serial == serial, CLAIM.c.box == box)
    db.execute(delete(CLAIM).where(named, CLAIM.c.used_at.is_(None)))


def certificates(db: Connection, name: str) -> list[IssuedCertificate]:
    """Return a box's certificates, the newest first."""
    rows = select(CERTIFICATE).where(CERTIFICATE.c.box == name)
    found = db.execute(rows.order_by(CERTIFICATE.c.issued_at.desc())).mappings()
    return [IssuedCertificate(**row) for row in found]


def certificate(db: Connection, number: str) -> IssuedCertificate | None:
    """Return a certificate by its serial number."""
    row = db.execute(select(CERTIFICATE).where(CERTIFICATE.c.number == number)).mappings().first()
    return IssuedCertificate(**row) if row else None


def put_certificate(db: Connection, issued: IssuedCertificate) -> None:
    """Store a certificate just issued."""
    fields = {name: getattr(issued, name) for name in issued.__struct_fields__}
    db.execute(CERTIFICATE.insert().values(fields))


def revoke(
    db: Connection, name: str, now: datetime, reason: str, *, but: Iterable[str] = ()
) -> int:
    """Revoke a box's valid certificates but for these numbers; returns how many there were."""
    valid = and_(
        CERTIFICATE.c.box == name,
        CERTIFICATE.c.revoked_at.is_(None),
        CERTIFICATE.c.not_after > now,
        CERTIFICATE.c.number.not_in(list(but)),
    )
    fields = {"revoked_at": now, "reason": reason}
    return int(db.execute(update(CERTIFICATE).where(valid).values(fields)).rowcount)


def numbers(db: Connection, now: datetime, *, only: str = "") -> dict[str, KnownNumber]:
    """Return whose the certificates are that have not expired, of all boxes or of one."""
    rows = select(
        CERTIFICATE.c.number,
        CERTIFICATE.c.box,
        CERTIFICATE.c.not_after,
        CERTIFICATE.c.revoked_at,
        CERTIFICATE.c.reason,
    ).where(CERTIFICATE.c.not_after > now)
    return {
        row.number: KnownNumber(
            row.box, row.not_after, row.revoked_at, superseded=row.reason == SUPERSEDED
        )
        for row in db.execute(rows.where(CERTIFICATE.c.box == only) if only else rows)
    }


def stamp(db: Connection) -> tuple[object, ...]:
    """Return something that differs after boxes or certificates came or were revoked."""
    facts = select(
        func.count(), func.max(CERTIFICATE.c.issued_at), func.max(CERTIFICATE.c.revoked_at)
    ).select_from(CERTIFICATE)
    boxes_there = select(func.count(), func.max(BOX.c.enrolled_at)).select_from(BOX)
    return (*db.execute(facts).one(), *db.execute(boxes_there).one())


def newest_issued(db: Connection) -> datetime | None:
    """Return when a certificate was issued last; None when there is none."""
    return db.execute(select(func.max(CERTIFICATE.c.issued_at))).scalar()


def tidy(db: Connection, before: datetime) -> None:
    """Forget certificates and claims that ended before this moment."""
    db.execute(delete(CERTIFICATE).where(CERTIFICATE.c.not_after < before))
    db.execute(delete(CLAIM).where(CLAIM.c.expires_at < before))


def asking(db: Connection) -> list[Asking]:
    """Return what unknown boxes asked for, the oldest first."""
    known = select(BOX.c.serial, BOX.c.box).where(BOX.c.standing != Standing.RETIRED.value)
    names = {row.serial: row.box for row in db.execute(known)}
    rows = db.execute(select(ENROLMENT).order_by(ENROLMENT.c.id)).mappings()
    return [_asking(row, names.get(row["serial"], "")) for row in rows]


def waiting_count(db: Connection, *, serial: str = "", address: str = "") -> int:
    """Return how many wait: in all, of a serial number, or from an address."""
    rows = select(func.count()).where(ENROLMENT.c.refused_at.is_(None))
    rows = rows.where(ENROLMENT.c.serial == serial) if serial else rows
    rows = rows.where(ENROLMENT.c.address == address) if address else rows
    return int(db.execute(rows).scalar_one())


def _box(row: RowMapping, newest: CertificateFacts | None) -> BoxRecord:
    fields = dict(row) | {"standing": Standing(row["standing"])}
    return BoxRecord(certificate=newest, **fields)


def _asking(row: RowMapping, expected_as: str) -> Asking:
    kept = {name: row[name] for name in Asking.__struct_fields__ if name in row}
    return Asking(expected_as=expected_as, **kept)
