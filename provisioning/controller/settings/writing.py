"""A profile as technicians write it: TOML, a table for each part, and what is known to be wrong.

TOML has no null: what a profile takes away stands in a list `remove` of dotted keys, before the
first table. The last word on a document is the box's own `--check`; what is said here is only said
sooner.
"""

import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from devices.config import DevicesConfig
from devices.contract.config import Problem, judge
from devices.contract.errors import MotcuaError
from devices.contract.identity import COUNTER, DEVICES, KIOSK, REGISTER, ROOM
from devices.contract.toml import document_as_toml
from devices.runtime.settings import ProcessConfig
from kiosk.counter.config import CounterConfig
from kiosk.register.config import RegisterConfig
from kiosk.ui.config import KioskConfig
from provisioning.desired import (
    MAX_DEPTH,
    MAX_DESIRED_BYTES,
    OWN_KEYS,
    Desired,
    Document,
    joined,
    misplaced,
    properties,
    too_deep,
)
from vc.endpoint.config import RoomConfig

KINDS: Mapping[str, type[ProcessConfig]] = {
    DEVICES: DevicesConfig,
    KIOSK: KioskConfig,
    COUNTER: CounterConfig,
    REGISTER: RegisterConfig,
    ROOM: RoomConfig,
}
"""The parts of a box whose settings come from the province."""
REMOVE = "remove"
_MISSING = "is missing"
_QUOTES = re.compile("[\"']")
_ENDS = re.compile(r"[\n,=\[\]{}]")
_NO_SPACE = str.maketrans("", "", " \t")
_A_BOX = "a-box"  # a name, where only the box's own is missing


class BadProfileError(MotcuaError):
    """The profile cannot be a profile."""

    code = "settings.bad_profile"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


def read(text: str) -> Document:
    """Return the settings by part, None where they take something away; raises BadProfileError."""
    if _has_endless_key(text):
        raise BadProfileError((Problem("", f"a key nested more than {MAX_DEPTH} deep"),))
    try:
        document: Document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadProfileError((Problem("", f"TOML: {error}"),)) from error
    removed = document.pop(REMOVE, [])
    problems = [*_wrong(document)]
    if not isinstance(removed, list) or not all(isinstance(one, str) for one in removed):
        problems.append(Problem(REMOVE, "a list of dotted keys, in quotation marks"))
    elif not problems:
        problems += filter(None, (_taken_away(document, key) for key in removed))
    if problems:
        raise BadProfileError(tuple(problems))
    return document


def written(document: Mapping[str, Any]) -> str:
    """Return a profile's settings as they are read."""
    removed = [key for key, value in properties(document).items() if value is None]
    lines = "".join(f"  {_quoted(key)},\n" for key in removed)
    head = f"{REMOVE} = [\n{lines}]\n\n" if removed else ""
    return head + document_as_toml(_without_empty(document) if removed else document)


def doubts(document: Mapping[str, Any]) -> list[Problem]:
    """Return what a profile says that no part of this version knows: keys, types, words.

    What is missing another profile may hold.
    """
    return [one for one in _judged(_without_none(document)) if one.text != _MISSING]


def shortcomings(document: Mapping[str, Any]) -> list[Problem]:
    """Return what a box of this version would refuse in a whole document."""
    return list(_judged(document))


def too_long(document: Document) -> bool:
    """Return whether a box could not answer for all of it in one message."""
    return len(msgspec.json.encode(Desired(version=2**31, parts=document))) > MAX_DESIRED_BYTES


def schema(part: str) -> dict[str, Any]:
    """Return the JSON schema of a part's settings; KeyError for a part that is none."""
    return msgspec.json.schema(KINDS[part])


def known_keys(part: str) -> list[tuple[str, str, str]]:
    """Return the first level of a part's keys: name, type and default, as JSON schema has them."""
    described = schema(part)["$defs"][KINDS[part].__name__]["properties"]
    return [
        (name, _type(field), msgspec.json.encode(field.get("default", None)).decode())
        for name, field in described.items()
        if name not in OWN_KEYS
    ]


def _type(field: Mapping[str, Any]) -> str:
    if "enum" in field:
        return " | ".join(map(str, field["enum"]))
    if "anyOf" in field:
        return " | ".join(dict.fromkeys(map(_type, field["anyOf"])))
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    return str(field.get("type", "table"))


def _has_endless_key(text: str) -> bool:
    """Return whether a dotted key goes on and on: tomllib takes the square of its length for it."""
    in_a_row = 0
    for outside in _QUOTES.split(text)[::2]:
        bare = outside.translate(_NO_SPACE)
        in_a_row = in_a_row + 1 if bare == "." else 0
        if in_a_row > MAX_DEPTH or any(one.count(".") > MAX_DEPTH for one in _ENDS.split(bare)):
            return True
    return False


def _wrong(document: Document) -> Iterator[Problem]:
    known = ", ".join(KINDS)
    for part, settings in document.items():
        if part not in KINDS:
            yield Problem(joined("", part), f"no part of a box; there are {known}")
        elif not isinstance(settings, dict):
            yield Problem(part, "a table of settings")
        else:
            for problem in misplaced(settings):
                yield Problem(f"{part}.{problem.key}".rstrip("."), problem.text)
            if not too_deep(settings):
                yield from _not_json(part, settings)


def _not_json(key: str, value: object) -> Iterator[Problem]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _not_json(joined(key, name), inner)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _not_json(f"{key}[{at}]", inner)
    elif isinstance(value, float) and not math.isfinite(value):
        yield Problem(key, "a finite number")
    elif not isinstance(value, str | int | float | bool):
        yield Problem(key, "dates and times are written in quotation marks")
    elif isinstance(value, int) and not -(2**63) <= value < 2**63:
        yield Problem(key, "a number that fits 64 bits")


def _taken_away(document: Document, key: str) -> Problem | None:
    """Put None at a dotted key; returns what is against it."""
    if _has_endless_key(key):
        return Problem(REMOVE, f"nested more than {MAX_DEPTH} deep")
    try:
        path = tomllib.loads(f"{key} = 0")
    except tomllib.TOMLDecodeError:
        return Problem(REMOVE, f"{key!r} is no dotted key")
    table: Document = document
    while True:
        if len(path) != 1:
            return Problem(REMOVE, f"{key!r} is no dotted key")
        (name, below), *_ = path.items()
        if not isinstance(below, dict):
            break
        table = table.setdefault(name, {})
        if not isinstance(table, dict):
            return Problem(REMOVE, f"{key!r} is below a value that is set here")
        path = below
    if name in table:
        return Problem(REMOVE, f"{key!r} is set here, too")
    table[name] = None
    return None


def _judged(document: Mapping[str, Any]) -> Iterator[Problem]:
    for part, settings in document.items():
        if part in KINDS and isinstance(settings, dict):
            for problem in judge({"box": _A_BOX} | settings, KINDS[part]):
                key = f"{part}.{problem.key}" if problem.key else part
                yield Problem(key, problem.text)


def _without_none(table: Mapping[str, Any]) -> Document:
    return {
        name: _without_none(value) if isinstance(value, dict) else value
        for name, value in table.items()
        if value is not None
    }


def _without_empty(table: Mapping[str, Any]) -> Document:
    """Return the table without those tables that only take something away."""
    kept = {}
    for name, value in table.items():
        left = _without_empty(value) if isinstance(value, dict) and value else value
        if left != {} or value == {}:
            kept[name] = left
    return {name: value for name, value in kept.items() if value is not None}


def _quoted(key: str) -> str:
    return document_as_toml({"x": key}).partition(" = ")[2].strip()
