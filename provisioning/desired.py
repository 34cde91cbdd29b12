"""What the province wants a box's settings to be, and what the box made of it. Pure.

`Desired` is retained on `dn/agent/desired`, `Reported` on `up/agent/reported`.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import msgspec

from devices.contract.config import Problem
from devices.contract.message import Boot, Message
from devices.contract.toml import bare_or_quoted

Document = dict[str, Any]
"""A part's settings as decoded JSON: what its TOML file holds, less what the box itself decides."""

OWN_KEYS = ("box", "site", "state_dir", "bus")
"""What a box itself decides, of each of its parts; never the province's."""
LOCAL_KEYS = ("glass.mirror_file", "screen.mirror_file", "probe.file", "board.one_way")
"""What only somebody at the box switches on, by dotted key: these files get what a citizen or a
delegate sees, and nobody afar may say where a box writes them; and firmware that cannot go back is
risked by who can come with a cable."""
MAX_DEPTH = 24
MAX_DESIRED_BYTES = 65_536
"""Of `Desired` as JSON: what a box reports of it is some three times as long."""

APPLIED = 200
PENDING = 202
REFUSED = 400
NOT_REACHED = 424
"""`ac`: in force; not yet in force; this property is wrong; right, but another one is wrong."""


Version = Annotated[int, msgspec.Meta(ge=0, le=2**41)]
KnownVersion = Annotated[int, msgspec.Meta(ge=0, le=2**40)]
"""A version a box names: the province's answer to it may be higher, and still be a `Version`."""


class Desired(Message, frozen=True, kw_only=True, tag="desired"):
    """The documents of a box's parts. `version` only grows; two of one version are the same."""

    version: Version
    parts: dict[str, Document]


class Property(msgspec.Struct, frozen=True):
    """A property as the box has it: its value in force, and of which version, how and why.

    `ac` is the code of the acknowledgement, `av` the version it answers, `ad` the reason in words
    (after Azure's device twins).
    """

    value: Any
    ac: int
    av: int
    ad: str = ""


class Reported(Message, frozen=True, kw_only=True, tag="reported"):
    """What a box made of the desired settings.

    `version` is the newest one judged, `in_force` the newest one whole in force. Properties are by
    part, then by dotted key (`printer.path`).
    """

    boot: Boot
    version: KnownVersion
    in_force: KnownVersion
    text: str = ""
    parts: dict[str, dict[str, Property]] = msgspec.field(default_factory=dict)


def properties(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a document by dotted key; a list is one value, an empty table too."""
    return dict(_leaves(document, ""))


def joined(key: str, name: str) -> str:
    """Return the key of `name` below `key`, quoted where TOML quotes it."""
    quoted = bare_or_quoted(name)
    return f"{key}.{quoted}" if key else quoted


def misplaced(document: Mapping[str, Any]) -> list[Problem]:
    """Return what no document of the province may hold: a box's own keys, and endless nesting."""
    there = [key for key in OWN_KEYS if key in document]
    there += [key for key in LOCAL_KEYS if _holds(document, key)]
    own = [Problem(key, "the box itself decides this") for key in there]
    if too_deep(document):
        own.append(Problem("", f"nested more than {MAX_DEPTH} deep"))
    return own


def _holds(document: Mapping[str, Any], key: str) -> bool:
    name, _, below = key.partition(".")
    inner = document.get(name)
    return _holds(inner, below) if below and isinstance(inner, dict) else key in document


def _leaves(table: Mapping[str, Any], key: str) -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        below = joined(key, name)
        if isinstance(value, dict) and value:
            yield from _leaves(value, below)
        else:
            yield below, value


def too_deep(document: Mapping[str, Any]) -> bool:
    """Return whether it is nested deeper than anybody's settings are; it is not followed there."""
    level: list[object] = [document]
    for _ in range(MAX_DEPTH):
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return False
    return True


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return [inner for inner in value.values() if isinstance(inner, dict | list)]
    if isinstance(value, list):
        return [inner for inner in value if isinstance(inner, dict | list)]
    return []
