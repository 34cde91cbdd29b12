"""What the pages of enrolment show, and how far somebody's rights reach there."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
import segno

from devices.contract.errors import MotcuaError, NotAllowedError
from provisioning.claims import sheet_code
from provisioning.controller.access import person_of
from provisioning.controller.answers import AnyRequest
from provisioning.controller.registry.errors import BadListError, ListProblem
from provisioning.controller.registry.records import Asking, BoxRecord, Claimed, Expected, Place
from provisioning.controller.registry.registry import Registry
from provisioning.controller.rights import Named, Person, Right
from provisioning.controller.texts import Language, word

ROLES = ("kiosk", "counter", "room", "conference")
PAGE = 50


class Slip(msgspec.Struct, frozen=True, kw_only=True):
    """A claim on the sheet to print, with its QR symbol as SVG."""

    claimed: Claimed
    name: str
    symbol: str


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What went wrong: in a few words, in a sentence, and line by line."""

    text: str
    sentence: str = ""
    lines: tuple[str, ...] = ()


class View:
    """Boxes as one person sees them."""

    def __init__(self, registry: Registry, named: Named) -> None:
        self._registry = registry
        self._named = named

    def check_unit(self, request: AnyRequest, unit: str) -> Person:
        """Return who asks, if they may provision in the unit; no unit is everywhere.

        Raises NotAllowedError.
        """
        person = person_of(request)
        if not person.may(Right.PROVISION, self._named.path(unit) if unit else ()):
            raise NotAllowedError(f"This needs the right to provision in unit {unit or 'none'}.")
        return person

    def check_site(self, request: AnyRequest, place: Place, unit: str) -> None:
        """Check the unit that a place is given; raises NotAllowedError.

        A site alone, of a box that stands in no unit, says where the box stands: only who may
        provision everywhere puts it there.
        """
        if place.unit or (place.site and not unit):
            self.check_unit(request, place.unit)

    def check_waiting(self, request: AnyRequest, asking: Asking) -> Person:
        """Return who asks, if this waiting box is theirs to turn away; raises NotAllowedError.

        One that is expected is its place's; of others nobody knows where they stand: those are the
        whole province's.
        """
        person = person_of(request)
        if not self.may_refuse(person, asking):
            raise NotAllowedError("This box is not expected in your branch.")
        return person

    def may_refuse(self, person: Person, asking: Asking) -> bool:
        """Whether a waiting box is this person's to turn away."""
        path = self._named.path(asking.expected_as) if asking.expected_as else ()
        return person.may(Right.PROVISION, path)

    def asking(self, person: Person, asking: Sequence[Asking]) -> list[Asking]:
        """Return who waits, without those that are expected out of reach."""
        return [one for one in asking if not one.expected_as or self.may_refuse(person, one)]

    def check_list(self, request: AnyRequest, expected: Sequence[Expected]) -> Person:
        """Return who asks, if they may provision wherever these boxes stand or will.

        Raises BadListError that names the lines.
        """
        person = person_of(request)
        problems = []
        for line, one in enumerate(expected, start=1):
            there = self._registry.by_serial("".join(one.serial.split()))
            units = {one.place.unit or (there.unit if there else "")}
            units |= {there.unit} if there else set()
            problems += [
                ListProblem(line, "unit", unit)
                for unit in units
                if not person.may(Right.PROVISION, self._named.path(unit) if unit else ())
            ]
        if problems:
            raise BadListError(tuple(problems))
        return person

    def boxes(self, person: Person, query: str, after: str) -> tuple[list[BoxRecord], str]:
        """Return a page of the boxes within reach, by name, and after which name the next is."""
        wanted = query.strip().lower()
        found = [
            one
            for one in sorted(self._registry.all(), key=lambda one: one.box)
            if one.box > after
            and wanted in f"{one.box} {one.serial} {one.unit} {one.site} {one.name.lower()}"
        ]
        page: list[BoxRecord] = []
        for one in found:
            if len(page) == PAGE:
                return page, page[-1].box
            if person.may(Right.PROVISION, self._named.path(one.box)):
                page.append(one)
        return page, ""

    def slips(self, claims: Sequence[Claimed]) -> list[Slip]:
        """Return the claims as they are printed."""
        return [
            Slip(
                claimed=one,
                name=self._named.name(one.box),
                symbol=segno.make_qr(sheet_code(one.serial, one.claim), error="m").svg_inline(
                    omitsize=True, border=2, svgclass="symbol"
                ),
            )
            for one in claims
        ]


def told(language: Language, error: MotcuaError) -> Told:
    """Return an error in the page's language."""
    lines: tuple[str, ...] = ()
    if isinstance(error, BadListError):
        lines = tuple(
            f"{word(language, 'registry.line').format(n=problem.line)}: "
            + word(language, f"registry.problem.{problem.what}").format(value=problem.value)
            for problem in error.problems
        )
    text = word(language, f"code.{error.code}", error.sentence)
    return Told(text=text, sentence="" if lines else error.sentence, lines=lines)


def days_left(now: datetime, until: datetime) -> int:
    """Return how many whole days are left; none when it is over."""
    return max(0, (until - now).days)
