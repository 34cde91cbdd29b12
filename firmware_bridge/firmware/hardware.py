"""Which board this is: the one place that chooses."""

import sys

try:
    from typing import Any
except ImportError:  # MicroPython reads no annotation
    pass


def opened() -> "Any":
    """Open the hardware; what stays closed is not even loaded: a Pico has 264 KB."""
    if sys.platform == "rp2":
        from firmware_bridge.firmware.io_pico import PicoIo  # noqa: PLC0415 - see above

        return PicoIo()
    from firmware_bridge.firmware.io_unix import UnixIo  # noqa: PLC0415 - see above

    return UnixIo()
