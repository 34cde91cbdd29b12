"""What shows the conference to the room: the glass, or nothing."""

from typing import Protocol

from vc.endpoint.camera.port import VideoUnit
from vc.endpoint.view import Screen
from vc.endpoint.viewer import Picture


class Surface(Protocol):
    """A screen. Every call returns at once, and may come from any thread."""

    def show(self, screen: Screen) -> None:
        """Show this soon, around the picture."""

    def picture(self, picture: Picture) -> None:
        """Show this picture of the conference when it is due."""

    def no_picture(self) -> None:
        """Forget the picture: it must not pass for live."""

    def own(self, unit: VideoUnit) -> None:
        """Show the own camera's picture, small."""

    def behind_s(self) -> float:
        """Return for how long it has shown nothing new though it should."""


class NoScreen:
    """A room without a screen. `screen` is what one would show."""

    def __init__(self) -> None:
        self.screen = Screen()

    def show(self, screen: Screen) -> None:
        """Keep it."""
        self.screen = screen

    def picture(self, picture: Picture) -> None:
        """Show nothing."""

    def no_picture(self) -> None:
        """Have none."""

    def own(self, unit: VideoUnit) -> None:
        """Show nothing."""

    def behind_s(self) -> float:
        """Be up to date."""
        return 0.0
