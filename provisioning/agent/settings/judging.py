"""What a box makes of a desired document, in words: which property is wrong, which in force. Pure.

A part's settings file is what the box itself decides of it, and the desired document.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from devices.contract.config import Problem
from provisioning.desired import (
    APPLIED,
    LOCAL_KEYS,
    NOT_REACHED,
    OWN_KEYS,
    PENDING,
    REFUSED,
    Document,
    Property,
    misplaced,
    properties,
)

Documents = Mapping[str, Document]
Problems = Mapping[str, Sequence[Problem]]
_LONGEST_TEXT = 500
_LONGEST_AD = 300


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """How a version stands: `pending`, or else with what is wrong of each part.

    `undone` are parts which accepted their document and did not come up with it.
    """

    pending: bool = False
    problems: dict[str, tuple[Problem, ...]] = {}
    undone: tuple[str, ...] = ()
    text: str = ""

    @property
    def good(self) -> bool:
        """Whether the version is whole in force."""
        return not (self.pending or self.problems or self.undone or self.text)


def composed(own: Mapping[str, Any], wanted: Document) -> Document:
    """Return a part's whole document: what the box itself decides goes first, and wins.

    What was switched on at the box stays on while the table that holds it has the same driver.
    """
    mine = {key: own[key] for key in OWN_KEYS if key in own}
    whole = mine | {key: value for key, value in wanted.items() if key not in OWN_KEYS}
    for table, name in (key.split(".") for key in LOCAL_KEYS):
        here, there = own.get(table), wanted.get(table)
        if isinstance(here, dict) and isinstance(there, dict) and name in here:
            same = here.get("driver") == there.get("driver")
            whole[table] = there | ({name: here[name]} if same else {})
    return whole


def decided(present: Mapping[str, Any]) -> Document:
    """Return what of a part's settings the box itself decides, and the drivers beside it."""
    own = {key: present[key] for key in OWN_KEYS if key in present}
    for table, name in (key.split(".") for key in LOCAL_KEYS):
        inner = present.get(table)
        if isinstance(inner, dict) and name in inner:
            own[table] = {key: inner[key] for key in (name, "driver") if key in inner}
    return own


def at_once(wanted: Documents, names: Sequence[str]) -> dict[str, tuple[Problem, ...]]:
    """Return what is wrong before any part was asked."""
    known = ", ".join(names)
    found = {
        part: (
            tuple(misplaced(document))
            if part in names
            else (Problem("", f"this box has no such part; it has {known}"),)
        )
        for part, document in wanted.items()
    }
    return {part: problems for part, problems in found.items() if problems}


def told(problems: Problems) -> str:
    """Return problems as a sentence, cut to what a line of a page holds."""
    every = [f"{part}: {problem}" for part, found in problems.items() for problem in found]
    return "; ".join(every)[:_LONGEST_TEXT]


def acknowledged(
    version: int, wanted: Documents, in_force: Documents, verdict: Verdict
) -> dict[str, dict[str, Property]]:
    """Return every property of the wanted documents, with its value in force and how it stands."""
    return {
        part: _of_part(version, part, document, in_force.get(part, {}), verdict)
        for part, document in wanted.items()
    }


def _of_part(
    version: int, part: str, wanted: Document, in_force: Document, verdict: Verdict
) -> dict[str, Property]:
    if part in verdict.problems and misplaced(wanted):
        wanted = {}  # its properties are not looked into
    values, have = properties(wanted), properties(in_force)
    wrong = _by_key(values, verdict.problems.get(part, ()))
    known: dict[str, Property] = {}
    for key, value in values.items():
        if key in wrong:
            known[key] = Property(have.get(key), REFUSED, version, wrong[key][:_LONGEST_AD])
        elif verdict.good or (key in have and have[key] == value):
            known[key] = Property(have.get(key), APPLIED, version)
        elif verdict.pending:
            known[key] = Property(have.get(key), PENDING, version)
        elif part in verdict.undone:
            known[key] = Property(have.get(key), REFUSED, version, verdict.text[:_LONGEST_AD])
        else:
            known[key] = Property(have.get(key), NOT_REACHED, version)
    for key in wrong.keys() - values.keys():
        known[key] = Property(have.get(key), REFUSED, version, wrong[key][:_LONGEST_AD])
    return known


def _by_key(values: Mapping[str, Any], problems: Sequence[Problem]) -> dict[str, str]:
    """Return the problems by the property they are at.

    One inside a list is the list's; one at a key that the document does not have (a missing one)
    stands under that key; one of the document as a whole stands under no key.
    """
    found: dict[str, str] = {}
    for problem in problems:
        if not problem.key:
            continue
        at = next((key for key in values if _is_at(problem.key, key)), problem.key)
        text = problem.text if at == problem.key else str(problem)
        found[at] = f"{found[at]}; {text}" if at in found else text
    return found


def _is_at(place: str, key: str) -> bool:
    plain = key.replace('"', "")  # `--check` quotes no names
    return place in (key, plain) or place.startswith((f"{plain}.", f"{plain}["))
