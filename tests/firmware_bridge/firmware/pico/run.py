"""The application on a modelled Pico, its wire on standard input and output."""

import asyncio

from firmware_bridge.firmware import app
from firmware_bridge.firmware.boot import Boot
from firmware_bridge.firmware.io_pico import PicoIo

asyncio.run(app.live(Boot(), PicoIo()))
