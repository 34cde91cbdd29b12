"""What a technician does to the conference server."""

from provisioning.demo.check.meeting.at_console import JOINED_WITHIN_S
from provisioning.demo.check.report import MissedError, until
from provisioning.demo.check.scene import Scene
from provisioning.demo.conference.desk import Desk, DeskRefusedError
from provisioning.demo.conference.sample import SERVER_BOX, SITES
from vc.state import ConferenceState, MemberKind


class AtServer:
    """Each method does one thing and returns what was seen, or raises MissedError."""

    def __init__(self, scene: Scene, desk: Desk) -> None:
        self._scene = scene
        self._browser = scene.browser
        self._desk = desk

    async def killed(self) -> str:
        """Kill the server (kill -9): everybody comes back, to what was decided before."""
        before = await self._desk.state()
        server = self._scene.province.children[f"{SERVER_BOX}.conference"]
        await self._browser.opens("demo", self._scene.page)
        await self._browser.clicks("demo", f'[data-part="{server.name}"] button')
        await self._browser.closes("demo")

        async def died() -> str:
            return "died" if server.deaths else ""

        await until(died, "the conference server ended")

        async def back() -> str:
            try:
                now = await self._desk.state()
            except DeskRefusedError:  # it is not there yet
                return ""
            return f"{len(SITES)} sites" if len(_inside(now)) == len(SITES) else ""

        seen = await until(back, "every site back", within_s=JOINED_WITHIN_S, every_s=0.5)
        now = await self._desk.state()
        if _decided(now) != _decided(before):
            raise MissedError(f"{_decided(now)} where there was {_decided(before)}")
        return f"{seen}; roll-call, requests, votes and phase are the same"


def _inside(state: ConferenceState) -> list[str]:
    return [one.id for one in state.members if one.connected and one.kind is MemberKind.SITE]


def _decided(state: ConferenceState) -> tuple[object, ...]:
    return (
        *(state.phase, state.live_since, state.plan, state.layout),
        *(state.attendance, state.requests, state.ballots),
    )
