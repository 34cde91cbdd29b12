"""Reading to one person: what the device process is told of the headphones."""

from typing import Annotated

import msgspec

from devices.contract.message import Command, Done
from devices.messages import Said

PLUGGED = "plugged"
"""The fact of the headphones' report: whether some are plugged in. None where nobody can tell."""


class ReadAloud(Command[Said], frozen=True, kw_only=True, tag="headphones.read"):
    """Read a sentence to who wears the headphones, in the place of what is being read.

    The answer comes when it was heard, or was cut off by the next. It may be personal: it is never
    logged, and nothing else speaks it. `loudness` is a share of the box's own.
    """

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=600)]
    language: Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}$")] = "vi"
    loudness: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1.0


class Hush(Command[Done], frozen=True, kw_only=True, tag="headphones.hush"):
    """Be silent at once."""
