"""What the box shows to whoever stands before it, while it is on its way into service."""

import asyncio

import msgspec

from provisioning.agent.matters import Matter, MatterCode


class Showing(msgspec.Struct, frozen=True, kw_only=True):
    """What is the matter, who the box is, and the claim with the four words to compare."""

    matter: Matter = Matter(code=MatterCode.STARTING)
    serial: str = ""
    claim: str = ""
    words: str = ""
    box: str = ""


class Notice:
    """The one place that knows what is shown; whoever draws it waits for changes."""

    def __init__(self) -> None:
        self._showing = Showing()
        self._changed = asyncio.Event()

    @property
    def showing(self) -> Showing:
        """What is shown now."""
        return self._showing

    def show(self, showing: Showing) -> None:
        """Show this from now on."""
        if showing != self._showing:
            self._showing = showing
            self._changed.set()
            self._changed = asyncio.Event()

    def say(self, matter: Matter) -> None:
        """Show another matter, and the rest as it was."""
        self.show(msgspec.structs.replace(self._showing, matter=matter))

    async def changed(self) -> None:
        """Wait until something else is shown."""
        await self._changed.wait()
