"""The tree of units as the province keeps it, and its sites.

The whole of it is in memory, read once and after each change; a change is blocking, as `Database`
says, and in the audit log. What is asked of it is not.
"""

import math
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Row, delete, select

from devices.contract.clock import Clock, local_day
from devices.contract.errors import MotcuaError, NotAllowedError, NotFoundError
from provisioning.controller.accounts.audit import Audit
from provisioning.controller.database import Database
from provisioning.controller.organisation.tables import CORRECTION, SITE
from provisioning.controller.rights import Person, Right
from provisioning.organisation.corrections import (
    Correction,
    Field,
    corrected,
    read_corrections,
)
from provisioning.organisation.snapshot import REFORM, past, snapshot
from provisioning.organisation.tree import Tree, whole_name
from provisioning.organisation.units import Site, Unit

_SITE_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_MOST_NAME, _MOST_ADDRESS = 100, 200
_MOST_DAYS = 4
_POLE, _DATE_LINE = 90.0, 180.0


class BadSiteError(MotcuaError):
    """A site needs a code (a-z, 0-9, hyphens), a name, and a unit that there is today."""

    code = "site.bad"


class NoSuchSiteError(NotFoundError):
    """There is no such site."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What an import would change: a unit on a day, before and after; None: it is not there."""

    code: str
    since: date
    before: Unit | None
    after: Unit | None


class Organisation:
    """Units by day, and sites."""

    def __init__(self, database: Database, clock: Clock, audit: Audit) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._corrections: list[Correction] = []
        self._sites: dict[str, Site] = {}
        self._units: list[Unit] = []
        self._trees: dict[date, Tree] = {}
        self.refresh()

    def refresh(self) -> None:
        """Read it all again. Blocking."""
        with self._database.reading() as db:
            corrections = [
                Correction(code=row.code, field=Field(row.field), value=row.value, since=row.since)
                for row in db.execute(select(CORRECTION))
            ]
            sites = {row.code: _site(row) for row in db.execute(select(SITE))}
        self._corrections = corrections
        self._units = corrected(snapshot().units, corrections)
        self._trees = {}
        self._sites = sites

    def tree(self, day: date | None = None) -> Tree:
        """Return the tree of a day; today's in Viet Nam when none is given.

        Before the reform there were districts; that tree takes some 30 ms.
        """
        day = day or local_day(self._clock.now())
        trees = self._trees  # before the units: what `refresh` put aside meanwhile is not kept
        tree = trees.get(day)
        if tree is None:
            units: Iterable[Unit] = self._units
            tree = Tree([*units, *past().units] if day < REFORM else units, day)
            while len(trees) >= _MOST_DAYS:
                trees.pop(next(iter(trees)))
            trees[day] = tree
        return tree

    def path_of(self, unit: str) -> tuple[str, ...]:
        """Return the codes down to the unit today, root first; empty when unknown."""
        return self.tree().path(unit)

    def name_of(self, unit: str) -> str:
        """Return what people call the unit today; its code when unknown, nothing for everywhere."""
        found = self.tree().get(unit)
        return whole_name(found) if found else unit

    def sites(self, unit: str = "") -> list[Site]:
        """Return the sites in a unit and below it, or all, by name."""
        found = (
            site for site in self._sites.values() if not unit or unit in self.path_of(site.unit)
        )
        return sorted(found, key=lambda site: (site.name, site.code))

    def site(self, code: str) -> Site:
        """Return a site; raises NoSuchSiteError."""
        if code not in self._sites:
            raise NoSuchSiteError
        return self._sites[code]

    def site_or_none(self, code: str) -> Site | None:
        """Return a site, if there is one of this code."""
        return self._sites.get(code)

    def put_site(self, by: Person, site: Site) -> None:
        """Add a site, or change it; raises BadSiteError, NotAllowedError outside of the branch."""
        site = self._judged(site)
        known = self._sites.get(site.code)
        for unit in {site.unit, known.unit if known else site.unit}:
            self._check(by, self.path_of(unit))
        detail = f"{site.name}, {site.unit}"
        with self._audit.writing(by.login, "site.changed", site.code, detail) as db:
            self._database.upsert(db, SITE, [msgspec.structs.asdict(site)])
        self._sites = self._sites | {site.code: site}

    def remove_site(self, by: Person, code: str) -> None:
        """Take a site out; raises NoSuchSiteError, NotAllowedError."""
        site = self.site(code)
        self._check(by, self.path_of(site.unit))
        with self._audit.writing(by.login, "site.removed", code, site.name) as db:
            db.execute(delete(SITE).where(SITE.c.code == code))
        self._sites = {key: each for key, each in self._sites.items() if key != code}

    def corrections(self) -> list[Correction]:
        """Return what was corrected, the newest day first."""
        return sorted(
            self._corrections, key=lambda one: (-one.since.toordinal(), one.code, one.field)
        )

    def preview(self, text: str) -> list[Change]:
        """Return what a CSV of corrections would change; raises BadCorrectionsError."""
        return self._changes(read_corrections(text))

    def correct(self, by: Person, text: str) -> list[Change]:
        """Take a CSV of corrections, whole; raises BadCorrectionsError, NotAllowedError.

        A value of the same unit, field and day takes the place of the one before.
        """
        fresh = read_corrections(text)
        changes = self._changes(fresh)
        for change in changes:
            for unit in (change.before, change.after):
                if unit is not None:
                    self._check(by, self._way(unit, change.since))
        now = self._clock.now()
        rows = [
            {
                "code": one.code,
                "field": one.field.value,
                "since": one.since,
                "value": one.value,
                "made_at": now,
                "made_by": by.login,
            }
            for one in {(one.code, one.field, one.since): one for one in fresh}.values()
        ]
        codes = ", ".join(sorted({one.code for one in fresh})[:20])
        subject = f"{len(rows)} values"
        with self._audit.writing(by.login, "units.corrected", subject, codes) as db:
            self._database.upsert(db, CORRECTION, rows)
        self.refresh()
        return changes

    def _changes(self, fresh: Sequence[Correction]) -> list[Change]:
        merged = {(one.code, one.field, one.since): one for one in (*self._corrections, *fresh)}
        units = corrected(snapshot().units, merged.values())
        changes = []
        trees: dict[date, tuple[Tree, Tree]] = {}
        for code, since in sorted({(one.code, one.since) for one in fresh}):
            before, after = trees.setdefault(since, (Tree(self._units, since), Tree(units, since)))
            changes.append(
                Change(code=code, since=since, before=before.get(code), after=after.get(code))
            )
        return changes

    def _way(self, unit: Unit, day: date) -> tuple[str, ...]:
        return (*self.tree(max(day, REFORM)).path(unit.parent), unit.code)

    def _check(self, by: Person, path: Sequence[str]) -> None:
        if not by.may(Right.ADMINISTER, path):
            raise NotAllowedError("This is outside of your branch.")

    def _judged(self, site: Site) -> Site:
        name, address = " ".join(site.name.split()), " ".join(site.address.split())
        lies = (site.latitude, _POLE), (site.longitude, _DATE_LINE)
        right = (
            _SITE_CODE.fullmatch(site.code)
            and 0 < len(name) <= _MOST_NAME
            and len(address) <= _MOST_ADDRESS
            and (name + address).isprintable()
            and (site.latitude is None) == (site.longitude is None)
            and all(at is None or (math.isfinite(at) and abs(at) <= most) for at, most in lies)
            and self.path_of(site.unit)
        )
        if not right:
            raise BadSiteError
        return msgspec.structs.replace(site, name=name, address=address)


def _site(row: Row[Any]) -> Site:
    return Site(
        code=row.code,
        name=row.name,
        unit=row.unit,
        address=row.address,
        latitude=row.latitude,
        longitude=row.longitude,
    )
