"""What the other parts of a box ask of its kiosk, on `in/kiosk/cmd`."""

from typing import Annotated

import msgspec

from devices.contract.message import Command, Done, Message


class PictureTaken(Message, frozen=True, kw_only=True, tag="kiosk.picture_taken"):
    """What stood on the glass, as PNG; a dark card when it was `private`: of a citizen."""

    png: bytes
    private: bool


class TakePicture(Command[PictureTaken], frozen=True, kw_only=True, tag="kiosk.take_picture"):
    """Take a picture of the glass, at most so wide."""

    widest_px: Annotated[int, msgspec.Meta(ge=160, le=960)] = 960


class ShowName(Command[Done], frozen=True, kw_only=True, tag="kiosk.show_name"):
    """Show the box's name on the glass for a while; a citizen in a session keeps the screen."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    seconds: Annotated[int, msgspec.Meta(ge=1, le=300)] = 30
