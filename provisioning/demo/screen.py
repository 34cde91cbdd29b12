"""A virtual screen: what stands on it as JPEG, and touches on it.

Xvfb keeps its framebuffer in a file (an X window dump, XWD version 7): a look costs no X request.
"""

import asyncio
import contextlib
import io
import socket
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from devices.contract.errors import MotcuaError
from provisioning.demo.child import ChildPlan, found

Pixels = npt.NDArray[np.uint8]

_HEADER = struct.Struct(">25I")  # XWDFile.h: big-endian words
_COLOUR_BYTES = 12
_SOCKETS = Path("/tmp/.X11-unix")  # noqa: S108 - where X servers listen
_LOCKS = Path("/tmp")  # noqa: S108 - where X servers put their locks
_FIRST_DISPLAY = 90
_QUALITY = 85
_TOUCH_S = 5.0


class NoPictureError(MotcuaError):
    """The screen has no picture yet."""

    code = "screen.dark"
    retry = True


class TouchError(MotcuaError):
    """The touch could not be made."""

    code = "screen.touch_failed"
    retry = True


@dataclass(frozen=True, slots=True)
class ScreenPlan:
    """A virtual screen of so many pixels on a display of its own.

    `directory` gets its framebuffer.
    """

    name: str
    display: int
    width: int
    height: int
    directory: Path

    @property
    def address(self) -> str:
        """The display's address, for `DISPLAY`."""
        return f":{self.display}"

    def child(self) -> ChildPlan:
        """Return the X server to run."""
        return ChildPlan(
            name=self.name,
            argv=(
                *("Xvfb", self.address, "-screen", "0", f"{self.width}x{self.height}x24"),
                *("-fbdir", str(self.directory), "-nolisten", "tcp", "-noreset", "-br"),
            ),
            env={"PATH": "/usr/bin:/bin"},
            listens_at=_SOCKETS / f"X{self.display}",
        )


def free_displays() -> list[int]:
    """Return numbers of displays that no X server holds now, not even one in a container."""
    return [
        number
        for number in range(_FIRST_DISPLAY, _FIRST_DISPLAY + 100)
        if not (_LOCKS / f".X{number}-lock").exists()
        and not (_SOCKETS / f"X{number}").exists()
        and not _answers(f"\0{_SOCKETS}/X{number}")
    ]


def _answers(address: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(address) == 0


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture; `version` grows by one whenever the picture is another one."""

    version: int
    pixels: Pixels
    """Height x width x 3, RGB."""

    def jpeg(self) -> bytes:
        """Return it as JPEG."""
        out = io.BytesIO()
        Image.fromarray(self.pixels).save(out, "JPEG", quality=_QUALITY, subsampling=0)
        return out.getvalue()


class Screen:
    """Eyes and a finger on a virtual screen that runs."""

    def __init__(self, plan: ScreenPlan) -> None:
        self.plan = plan
        self._raw: Pixels | None = None
        self._version = 0
        self._finger = asyncio.Lock()

    def look(self) -> Frame:
        """Return what stands on the screen now; raises NoPictureError."""
        raw = framebuffer(self.plan.directory / "Xvfb_screen0")
        if self._raw is None or not np.array_equal(self._raw, raw):
            self._raw = raw.copy()
            self._version += 1
        return Frame(self._version, np.ascontiguousarray(self._raw[:, :, 2::-1]))

    async def touch(self, x: int, y: int) -> None:
        """Touch a pixel, one touch after another; raises TouchError, also outside the screen."""
        if not (0 <= x < self.plan.width and 0 <= y < self.plan.height):
            raise TouchError(f"{x},{y} is not on {self.plan.width} x {self.plan.height} pixels")
        async with self._finger:
            await self._xdotool("mousemove", str(x), str(y), "mousedown", "1", "mouseup", "1")

    async def _xdotool(self, *words: str) -> None:
        process = await asyncio.create_subprocess_exec(
            found("xdotool"),
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env={"DISPLAY": self.plan.address},
        )
        try:
            async with asyncio.timeout(_TOUCH_S):
                _, said = await process.communicate()
        except TimeoutError as error:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            raise TouchError("the screen did not take the touch") from error
        if process.returncode:
            raise TouchError(said.decode(errors="replace").strip())


def framebuffer(path: Path) -> Pixels:
    """Return a live view of the framebuffer: height x width x 4, BGRX; raises NoPictureError."""
    try:
        file = np.memmap(path, dtype=np.uint8, mode="r")
    except (OSError, ValueError) as error:
        raise NoPictureError from error
    if file.size < _HEADER.size:
        raise NoPictureError
    words = _HEADER.unpack(file[: _HEADER.size].tobytes())
    header, width, height, per_line, colours = words[0], words[4], words[5], words[12], words[19]
    at = header + colours * _COLOUR_BYTES
    if not header or file.size < at + height * per_line:
        raise NoPictureError
    lines = file[at : at + height * per_line].reshape(height, per_line)
    return lines[:, : width * 4].reshape(height, width, 4)
