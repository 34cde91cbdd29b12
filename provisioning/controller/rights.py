"""Who may do what, and where: people, their roles by branch of the tree of units. Pure."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Protocol

import msgspec

EVERYWHERE = ""


class Right(StrEnum):
    """What can be done to the boxes, units and people of a branch."""

    SEE = "see"
    OPERATE = "operate"  # commands, alerts
    PROVISION = "provision"  # enrolment, settings
    APPROVE = "approve"  # the second person of the two-person rule
    ADMINISTER = "administer"  # people, units, sites
    AUDIT = "audit"  # the audit log, security events


class Role(StrEnum):
    """What somebody is in a branch."""

    VIEWER = "viewer"
    TECHNICIAN = "technician"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


_RIGHTS: dict[Role, frozenset[Right]] = {
    Role.VIEWER: frozenset({Right.SEE}),
    Role.TECHNICIAN: frozenset({Right.SEE, Right.OPERATE, Right.PROVISION, Right.APPROVE}),
    Role.ADMINISTRATOR: frozenset(Right) - {Right.AUDIT},
    Role.AUDITOR: frozenset({Right.SEE, Right.AUDIT}),
}


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """A role in a unit and all below it; `unit` is a unit's code, or empty for everywhere."""

    unit: str = EVERYWHERE
    role: Role


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody with an account. `login` is what the audit log names."""

    id: int
    login: str
    name: str
    grants: tuple[Grant, ...] = ()

    @property
    def rights(self) -> frozenset[Right]:
        """What this person may do somewhere."""
        return frozenset(right for grant in self.grants for right in _RIGHTS[grant.role])

    def may(self, right: Right, path: Sequence[str]) -> bool:
        """Whether the right holds at the end of a path of unit codes, root first.

        What stands in no unit yet has an empty path: only a grant everywhere reaches it.
        """
        return any(
            right in _RIGHTS[grant.role] and (grant.unit == EVERYWHERE or grant.unit in path)
            for grant in self.grants
        )

    def may_give(self, grants: Iterable[Grant], units: "UnitPaths") -> bool:
        """Whether this person may give (or take) these: each an administrator's, and all held.

        So nobody makes somebody who may do more than he may himself: who audits administrators
        is not made by them.
        """
        return all(self._covers(grant, units) for grant in grants)

    def _covers(self, grant: Grant, units: "UnitPaths") -> bool:
        path = () if grant.unit == EVERYWHERE else units.path_of(grant.unit)
        if grant.unit != EVERYWHERE and not path:
            return False  # no such unit
        wanted = _RIGHTS[grant.role] | {Right.ADMINISTER}
        return all(self.may(right, path) for right in wanted)


class Places(Protocol):
    """Where boxes stand in the tree of units, today."""

    def path(self, box: str) -> tuple[str, ...]:
        """Return the codes of the box's units (of a unit, itself the last), root first."""
        ...


class UnitPaths(Protocol):
    """The tree of units, today."""

    def path_of(self, unit: str) -> tuple[str, ...]:
        """Return the codes down to the unit, root first and itself last; empty when unknown."""
        ...


class Named(Places, Protocol):
    """Where boxes and units stand, and what people call them."""

    def name(self, place: str) -> str:
        """Return what people call a box or a unit; its own name when nobody said."""
        ...
