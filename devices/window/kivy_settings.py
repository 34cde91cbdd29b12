"""Kivy's settings, ours and nobody else's: no log files, one source of touches, no shortcuts."""

import logging
import os
from pathlib import Path
from typing import Protocol

import structlog

_log = structlog.get_logger()
_ENVIRONMENT = {
    "KIVY_NO_ARGS": "1",
    "KIVY_NO_CONFIG": "1",
    "KIVY_NO_ENV_CONFIG": "1",
    "KIVY_NO_FILELOG": "1",
    "KIVY_NO_CONSOLELOG": "1",
    "KIVY_LOG_MODE": "PYTHON",
}
MAX_FPS = "60"


class Pane(Protocol):
    """What a window is: pixels, the whole screen or not, with a mouse's cursor or without."""

    @property
    def width(self) -> int:
        """Pixels."""

    @property
    def height(self) -> int:
        """Pixels."""

    @property
    def fullscreen(self) -> bool:
        """Whether it takes the screen as it is."""

    @property
    def cursor(self) -> bool:
        """Whether the cursor is seen."""


class _ToOurLog(logging.Handler):
    """Kivy's warnings as lines of ours."""

    def emit(self, record: logging.LogRecord) -> None:
        """Hand a record on."""
        _log.warning("kivy", text=record.getMessage())


def prepare(home: Path, pane: Pane) -> None:
    """Set everything that Kivy reads when it is first imported. Call it once, before that."""
    os.environ.update(_ENVIRONMENT, KIVY_HOME=str(home))
    logger = logging.getLogger("kivy")
    logger.handlers = [_ToOurLog(logging.WARNING)]
    logger.propagate = False

    from kivy.config import Config  # noqa: PLC0415 - reads the environment when imported

    logger.setLevel(logging.WARNING)
    for section in ("input", "modules"):
        Config.remove_section(section)
        Config.add_section(section)
    # SDL makes mouse events of touches; a second source would make every touch two (kivy#8494)
    Config.set("input", "mouse", "mouse,disable_multitouch")
    for section, settings in _settings(pane).items():
        for key, value in settings.items():
            Config.set(section, key, value)


def _settings(pane: Pane) -> dict[str, dict[str, str]]:
    return {
        "kivy": {
            "exit_on_escape": "0",
            "log_enable": "0",
            "log_level": "warning",
            "pause_on_minimize": "0",
            "keyboard_mode": "",
        },
        "graphics": {
            "width": str(pane.width),
            "height": str(pane.height),
            "fullscreen": "auto" if pane.fullscreen else "0",
            "borderless": "1",
            "resizable": "0",
            "position": "custom",
            "left": "0",
            "top": "0",
            "show_cursor": str(int(pane.cursor)),
            "maxfps": MAX_FPS,
            "multisamples": "0",
            "allow_screensaver": "0",
        },
        "postproc": {"jitter_distance": "0", "retain_time": "0"},
    }
