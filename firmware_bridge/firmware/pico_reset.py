"""Why a Pico began anew: one word in its watchdog, which outlives every reset but a loss of power.

What is not written there before the hardware watchdog bites is a hung board.
"""

import sys

import machine

from firmware_bridge import frames

_SCRATCH_RP2040, _SCRATCH_RP2350 = 0x4005800C, 0x400D800C
_MAGIC = 0x42526400
_TWO = "RP2350" in sys.implementation._machine  # noqa: SLF001 - the chip's public name
_SCRATCH = _SCRATCH_RP2350 if _TWO else _SCRATCH_RP2040


def cause() -> int:
    """Return one of frames.RESET_NAMES' numbers."""
    if machine.reset_cause() != machine.WDT_RESET:
        return frames.RESET_POWER
    word = machine.mem32[_SCRATCH]
    return word & 0xFF if word & ~0xFF == _MAGIC else frames.RESET_WATCHDOG


def forget() -> None:
    """Let the next reset be the hardware watchdog's, unless it is told otherwise."""
    machine.mem32[_SCRATCH] = 0


def restart(cause: int) -> None:
    """Begin anew, for this reason."""
    machine.mem32[_SCRATCH] = _MAGIC | cause
    machine.reset()
