"""Names of boxes and of the parts (processes) on them.

A box's name is the CN of its certificate and a level of an MQTT topic, so it is short, ASCII, and
free of `/`, `+`, `#` and `$`.
"""

import re
from typing import NewType

from devices.contract.errors import BadIdentityError

BoxId = NewType("BoxId", str)
Part = NewType("Part", str)

DEVICES = Part("devices")
KIOSK = Part("kiosk")
COUNTER = Part("counter")
REGISTER = Part("register")
CONTROLLER = Part("controller")
ROOM = Part("room")
CONFERENCE = Part("conference")
AGENT = Part("agent")
BRIDGE = Part("bridge")
"""The box's broker itself, which says whether its line to the province is up."""

NAME_PATTERN = r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?\Z"
_NAME = re.compile(NAME_PATTERN)


def _checked(name: str, what: str) -> str:
    if not _NAME.match(name):
        raise BadIdentityError(
            f"{what} {name!r}: 1 to 64 of a-z, 0-9 and '-', a letter or digit at both ends"
        )
    return name


def box_id(name: str) -> BoxId:
    """Return the name as a box's; raises BadIdentityError."""
    return BoxId(_checked(name, "box"))


def part(name: str) -> Part:
    """Return the name as a part's; raises BadIdentityError."""
    return Part(_checked(name, "part"))
