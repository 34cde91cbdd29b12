"""A meeting: what official, chair, guest and technician do, and what they must see."""

from devices.runtime.worker import Worker
from provisioning.demo.check.browser import Browser
from provisioning.demo.check.meeting.at_archive import AtArchive
from provisioning.demo.check.meeting.at_console import AtConsole
from provisioning.demo.check.meeting.at_door import AtDoor
from provisioning.demo.check.meeting.at_floor import AtFloor
from provisioning.demo.check.meeting.at_room import AtRoom
from provisioning.demo.check.meeting.at_server import AtServer
from provisioning.demo.check.report import Report
from provisioning.demo.check.scene import Scene
from provisioning.demo.conference.desk import sitting
from vc.acts import Role

_OFFICIAL, _CHAIR, _GUEST, _TECHNICIAN = "official", "chair", "guest", "technician"


async def meet(report: Report, scene: Scene, worker: Worker) -> None:
    """Hold the whole meeting; the report has every step."""
    async with sitting(scene.links["conference"], Role.CHAIR) as desk:
        room, console = AtRoom(scene), AtConsole(scene, desk)
        floor = AtFloor(scene, desk)
        archive = AtArchive(scene, desk, worker)
        await _opening(report, room, console)
        await _speeches(report, room, console, floor)
        async with Browser() as laptop:
            await _a_guest(report, console, AtDoor(scene, desk, laptop))
        await _matters(report, room, console)
        await report.step(_CHAIR, "the recording, downloaded, plays back", archive.playback)
        await report.step(_CHAIR, "and plays in the browser, by chapter", archive.page)
        server = AtServer(scene, desk)
        await report.step(
            _TECHNICIAN, "kill -9 of the conference: all are back, nothing lost", server.killed
        )
        await report.step(_CHAIR, "ends the meeting", console.ends)
        await report.step(_OFFICIAL, "the room's screen says that it is over", room.goodbye)
        await report.step(_CHAIR, "the minutes (PDF) name who spoke", archive.minutes)


async def _opening(report: Report, room: AtRoom, console: AtConsole) -> None:
    step = report.step
    await step(_OFFICIAL, "the room joined by itself; its screen shows the wall", room.wall)
    await step(_CHAIR, "signs in and sees ten sites connected", console.sign_in)
    await step(_CHAIR, "begins the meeting, and the roll-call", console.begins)
    await step(_OFFICIAL, "touches who is present", room.present)
    await step(_CHAIR, "sees them checked in, and marks a site's", console.roll_call)


async def _speeches(report: Report, room: AtRoom, console: AtConsole, floor: AtFloor) -> None:
    step = report.step
    await step(_CHAIR, "switches the recording on", console.record)
    await step(_OFFICIAL, "touches 'Xin phát biểu'", room.asks)
    await step(_CHAIR, "approves; one key gives the floor", floor.approves)
    await step(_OFFICIAL, "the room's screen says that it speaks", room.speaks)
    await step(_OFFICIAL, "closes the room's own microphone", room.mutes)
    await step(_CHAIR, "one key: a far site is heard, and seen large", floor.gives)
    await step(_CHAIR, "one key takes the floor: silence", floor.takes)
    await step(_OFFICIAL, "opens the microphone again", room.unmutes)
    await step(_CHAIR, "switches the recording off", console.stop_recording)


async def _a_guest(report: Report, console: AtConsole, door: AtDoor) -> None:
    step = report.step
    await step(_GUEST, "follows the link, tells the PIN, and waits", door.knocks)
    await step(_CHAIR, "lets the guest in", console.let_in)
    await step(_GUEST, "sends and receives in Chromium (getStats)", door.calls)
    await step(_CHAIR, "sees the guest on the wall", door.on_wall)
    await step(_GUEST, "leaves", door.leaves)


async def _matters(report: Report, room: AtRoom, console: AtConsole) -> None:
    step = report.step
    await step(_CHAIR, "opens a vote for those who are checked in", console.ballot)
    await step(_OFFICIAL, "votes on the room's screen", room.votes)
    await step(_CHAIR, "closes it and sees the counts", console.counts)
    await step(_CHAIR, "opens the paper and leafs to page 2", console.leafs)
    await step(_OFFICIAL, "has page 2 on the room's screen", lambda: room.page(2))
    await step(_CHAIR, "closes the paper", console.closes_paper)
