"""What the agent of a box says of it on loopback, for whoever draws it on the box's own screen."""

from typing import Annotated

import msgspec

PATH = "/state"

_Short = Annotated[str, msgspec.Meta(max_length=64)]


class BoxNotice(msgspec.Struct, frozen=True, kw_only=True):
    """What is the matter, in words, and who the box is. Readers tolerate unknown fields.

    `serves` is whether citizens are served: once the box was let in, until the province takes it
    out of service (`retired`); None while that is not known. `claim` is what the technician's QR
    symbol holds, `words` are the four to compare; both are empty when there is nothing to accept.
    """

    code: str
    headline: str = ""
    advice: str = ""
    english: str = ""
    detail: str = ""
    serial: _Short = ""
    box: _Short = ""
    words: _Short = ""
    claim: Annotated[str, msgspec.Meta(max_length=256)] = ""
    serves: bool | None = None
    retired: bool = False
