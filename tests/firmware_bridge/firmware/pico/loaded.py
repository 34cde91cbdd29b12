"""The loader on a modelled Pico: an image on trial from its flash, its wire on standard input.

The image is the file `image`; it was just sent, and its `hardware.py` opens a Pico.
"""

import hashlib
import io

import machine  # noqa: F401 - the model is there before the loader is
import vfs

from firmware_bridge.firmware import main
from firmware_bridge.firmware.nor import BLOCK, Nor
from firmware_bridge.firmware.slots import Slots

BLOCKS = 64
flash = Nor(io.BytesIO(b"\xff" * (BLOCKS * BLOCK)), BLOCKS)
vfs.VfsLfs2.mkfs(flash, progsize=256)
vfs.mount(vfs.VfsLfs2(flash, progsize=256), "/flash")
main.Pico.root = "/flash/"

with open("image", "rb") as file:  # noqa: PTH123 - MicroPython
    data = file.read()
slots = Slots("/flash/", main.KIND)
slots.begin(len(data), hashlib.sha256(data).digest())
slots.write(0, data)
slots.end()
del data, slots
main.load(main.Pico())
