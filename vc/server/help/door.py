"""How kiosks come to the help desk: they ask by the bus, each under its box's name."""

from devices.contract.identity import KIOSK, BoxId
from devices.contract.topics import PartTopics, Topic
from devices.runtime.bus import Bus
from devices.runtime.requests import Desk
from vc.messages import AskForHelp, HelpPlace
from vc.server.help.calls import HelpCalls

_AT_ONCE = 64


class HelpDoor:
    """Serves what kiosks ask of the conference server."""

    def __init__(self, bus: Bus, calls: HelpCalls) -> None:
        self._calls = calls
        self._desk = Desk(bus, PartTopics(BoxId("+"), KIOSK).ask, at_once=_AT_ONCE)
        self._desk.on_from(AskForHelp, self._ask)

    async def serve(self) -> None:
        """Take what kiosks ask, for ever."""
        await self._desk.serve()

    async def _ask(self, command: AskForHelp, topic: Topic) -> HelpPlace:
        return self._calls.ask(topic.box, command)
