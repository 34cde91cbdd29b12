"""What the province wants a box's settings to be, and what the box made of it. Pure.

`Desired` is retained on `dn/agent/desired`, `Reported` on `up/agent/reported`.
"""

from typing import Any

import msgspec

from devices.contract.message import Boot, Message

Document = dict[str, Any]
"""A part's settings as decoded JSON: what its TOML file holds, less what the box itself decides."""

APPLIED = 200
PENDING = 202
REFUSED = 400
NOT_REACHED = 424
"""`ac`: in force; not yet in force; this property is wrong; right, but another one is wrong."""


class Desired(Message, frozen=True, kw_only=True, tag="desired"):
    """The documents of a box's parts. `version` only grows; two of one version are the same."""

    version: int
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
    version: int
    in_force: int
    text: str = ""
    parts: dict[str, dict[str, Property]] = msgspec.field(default_factory=dict)
