"""What officials do in the centre's room."""

import contextlib
from functools import partial

from provisioning.demo.check.meeting.official import Official
from provisioning.demo.check.report import MissedError, until
from provisioning.demo.check.scene import Scene
from provisioning.demo.conference.sample import CENTRE, PAPER_BLUE, SITES
from vc.endpoint.panels import Tone
from vc.endpoint.presses import (
    Panel,
    PressMicrophone,
    PressPanel,
    PressPresent,
    PressSpeak,
    PressVote,
)
from vc.endpoint.screen.mirror import Mirrored
from vc.endpoint.texts import say
from vc.endpoint.view import Live

CHAIR, SPEAKER = f"{CENTRE}-1", f"{CENTRE}-2"
JOINED_WITHIN_S = 60.0
_MOVES_PERCENT = 0.2
_HEEDED_S = 10.0
_HEAD_PERCENT = 3.0
"""The head of a page is at least so much of the glass."""


class AtRoom:
    """Each method does one thing and returns what was seen, or raises MissedError."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    @property
    def _official(self) -> Official:
        if self._scene.official is None:
            raise MissedError("the centre's room has no screen")
        return self._scene.official

    async def wall(self) -> str:
        """See that the room is in, untouched, and its picture moves."""
        everybody = f"{len(SITES)}/{len(SITES)}"

        def is_in(one: Mirrored) -> bool:
            badges = [badge.text for badge in one.screen.badges]
            return one.screen.live is Live.NOW and any(everybody in text for text in badges)

        await self._official.reads(f"{everybody} sites", is_in, within_s=JOINED_WITHIN_S)
        moved = await self._moves()
        await self._official.picture(self._scene.shot("room-wall"))
        return f"{everybody} sites; {moved}"

    async def present(self) -> str:
        """Check both delegates in."""
        official = self._official
        await official.touches(PressPanel(panel=Panel.ROLL_CALL))
        for delegate in (CHAIR, SPEAKER):
            await official.touches(PressPresent(delegate=delegate, present=True))
            await official.reads(f"{delegate} present", partial(_is_present, delegate=delegate))
        await official.picture(self._scene.shot("room-roll-call"))
        await official.touches(PressPanel(panel=Panel.ROLL_CALL))
        return f"{CHAIR}, {SPEAKER}"

    async def asks(self) -> str:
        """Ask to speak with the one button; two are present, so the glass asks who."""
        official = self._official
        await official.touches(PressSpeak())
        await official.touches(PressSpeak(delegate=SPEAKER))
        mirrored = await official.reads("the request", lambda one: one.screen.note is not None)
        await official.picture(self._scene.shot("room-asking"))
        return mirrored.screen.note.text if mirrored.screen.note else ""

    async def speaks(self) -> str:
        """Read that the room has the floor."""
        official = self._official

        def on_air(one: Mirrored) -> bool:
            return one.screen.floor is not None and one.screen.floor.tone is Tone.MAIN

        mirrored = await official.reads("the room's own speech", on_air)
        await official.picture(self._scene.shot("room-speaking"))
        return mirrored.screen.floor.text if mirrored.screen.floor else ""

    async def mutes(self) -> str:
        """Close the room's own microphone."""
        return await self._microphone(off=True)

    async def unmutes(self) -> str:
        """Open it again."""
        return await self._microphone(off=False)

    async def votes(self) -> str:
        """Vote for both delegates, the panel having opened by itself."""
        official = self._official
        await official.reads("the vote", partial(_votes, delegate=CHAIR))
        await official.picture(self._scene.shot("room-vote"))
        for delegate in (CHAIR, SPEAKER):
            await official.reads(f"{delegate}'s vote", partial(_votes, delegate=delegate))
            await official.touches(PressVote(delegate=delegate, option=0))
        said = await official.reads(
            "that both voted",
            lambda one: one.screen.panel is not None and bool(one.screen.panel.note),
        )
        await official.touches(PressPanel(panel=Panel.VOTE))
        return said.screen.panel.note if said.screen.panel else ""

    async def page(self, number: int) -> str:
        """Open the papers; the page is the one everybody sees."""
        official = self._official
        before = await official.shows(PAPER_BLUE)
        await official.touches(PressPanel(panel=Panel.PAPERS))

        def shown(one: Mirrored) -> bool:
            panel = one.screen.panel
            return panel is not None and panel.page is not None and panel.page.page == number

        mirrored = await official.reads(f"page {number}", shown)

        async def drawn() -> str:
            return "drawn" if await official.shows(PAPER_BLUE) > before + _HEAD_PERCENT else ""

        await until(drawn, "the page itself on the glass", within_s=20)
        await official.picture(self._scene.shot("room-paper"))
        await official.touches(PressPanel(panel=Panel.PAPERS))
        return mirrored.screen.panel.title if mirrored.screen.panel else ""

    async def goodbye(self) -> str:
        """Read that the meeting is over."""
        over = (say("vi", "ended"), say("vi", "no_meeting"))

        def is_over(one: Mirrored) -> bool:
            return one.screen.words is not None and one.screen.words.head in over

        mirrored = await self._official.reads(over[0], is_over)
        return mirrored.screen.words.head if mirrored.screen.words else ""

    async def _microphone(self, *, off: bool) -> str:
        """Touch the key, and once more when nothing came of it, as people do."""
        word = say("vi", "mic_badge_off")
        official, what = self._official, f"{word}: {off}"

        def is_so(one: Mirrored) -> bool:
            return off == any(word == each.text for each in one.screen.badges)

        async def switched() -> str:
            await official.touches(PressMicrophone())
            with contextlib.suppress(MissedError):
                mirrored = await official.reads(what, is_so, within_s=_HEEDED_S)
                return ", ".join(badge.text for badge in mirrored.screen.badges) or "no badges"
            return ""

        await official.reads(f"{word}: {not off}", lambda one: not is_so(one))
        return await until(switched, what, within_s=3 * _HEEDED_S)

    async def _moves(self) -> str:
        async def moving() -> str:
            percent = await self._official.motion()
            return f"{percent:.1f} % of the glass moves" if percent > _MOVES_PERCENT else ""

        return await until(moving, "a picture that moves", within_s=20)


def _is_present(mirrored: Mirrored, delegate: str) -> bool:
    """Return whether the delegate stands as present in the roll-call's panel."""
    rows = mirrored.screen.panel.rows if mirrored.screen.panel else ()
    chosen = [button.press for row in rows for button in row.buttons if button.chosen]
    return PressPresent(delegate=delegate, present=True) in chosen


def _votes(mirrored: Mirrored, delegate: str) -> bool:
    return any(place.press == PressVote(delegate=delegate, option=0) for place in mirrored.places)
