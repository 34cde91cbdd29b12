"""A finger on a virtual screen, as quick as the X server takes it (XTEST 2.2)."""

import contextlib
import ctypes
from collections.abc import Iterator

_LEFT_BUTTON = 1
_CURRENT_SCREEN = -1


class Finger:
    """Presses and lets go. No call waits for the program under the finger."""

    def __init__(self, display: int) -> None:
        self._x = ctypes.CDLL("libX11.so.6")
        self._test = ctypes.CDLL("libXtst.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        address = self._x.XOpenDisplay(f":{display}".encode())
        assert address, f"no X server at :{display}"
        self._display = ctypes.c_void_p(address)

    def move(self, x: int, y: int) -> None:
        """Go to a pixel."""
        self._test.XTestFakeMotionEvent(self._display, _CURRENT_SCREEN, x, y, ctypes.c_ulong(0))
        self._x.XFlush(self._display)

    def press(self) -> None:
        """Come down."""
        self._button(down=1)

    def release(self) -> None:
        """Go up."""
        self._button(down=0)

    def close(self) -> None:
        """Leave the screen."""
        self._x.XCloseDisplay(self._display)

    def _button(self, *, down: int) -> None:
        self._test.XTestFakeButtonEvent(self._display, _LEFT_BUTTON, down, ctypes.c_ulong(0))
        self._x.XFlush(self._display)


@contextlib.contextmanager
def finger_on(display: int) -> Iterator[Finger]:
    """Put a finger on a display for as long as the context lasts."""
    finger = Finger(display)
    try:
        yield finger
    finally:
        finger.close()
