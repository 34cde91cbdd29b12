"""How a bus and what hangs on it is written down. Pure."""

from typing import Annotated, Literal

import msgspec

from devices.contract.afar import DevicePath
from devices.contract.config import Config

UnitNumber = Annotated[int, msgspec.Meta(ge=1, le=247)]
"""Modbus over Serial Line V1.02 §2.2; 0 is everybody, and nobody answers it."""
Address = Annotated[int, msgspec.Meta(ge=0, le=65_535)]
"""As in the frame, from 0. A manual that says 40001 means holding register 0."""
ReplyWithin = Annotated[float, msgspec.Meta(ge=0.005, le=2)]
"""Seconds from the last bit of a request to the first of its reply."""


class Rs485Config(Config, frozen=True, kw_only=True):
    """The box's bus. Everything on it has the same speed and the same parity.

    `echo`: the adapter hears itself, as some do that switch their direction badly.
    `after_silence_s`: how long nobody is asked after a unit did not answer. 0 is right for units
    that know a frame's end by the silence after it, as the standard wants (§2.5.1.1); those made
    with libmodbus as it is wait 0.5 s for the other's reply, and take the next request for it.
    """

    path: DevicePath
    baud: Annotated[int, msgspec.Meta(ge=1200, le=1_000_000)] = 9600
    parity: Literal["none", "even", "odd"] = "none"
    stop_bits: Literal[1, 2] = 1
    echo: bool = False
    after_silence_s: Annotated[float, msgspec.Meta(ge=0, le=2)] = 0.0
