"""A morning at the office: what citizens, officers and technicians do, and what they must see."""

from functools import partial
from pathlib import Path

from devices.runtime.worker import Worker
from provisioning.demo.carton import CARTON
from provisioning.demo.check.at_carton import AtCarton
from provisioning.demo.check.at_kiosk import AtKiosk
from provisioning.demo.check.at_office import AtOffice
from provisioning.demo.check.at_province import AtProvince
from provisioning.demo.check.browser import Browser
from provisioning.demo.check.citizen import Citizen
from provisioning.demo.check.meeting.official import Official
from provisioning.demo.check.meeting.story import meet
from provisioning.demo.check.report import Report
from provisioning.demo.check.scene import Scene
from provisioning.demo.run import Province
from provisioning.demo.sample import BOX_A, BOX_B

_CITIZEN, _OFFICER, _TECHNICIAN = "citizen", "officer", "technician"


async def play(
    province: Province,
    report: Report,
    *,
    page: str,
    browser: Browser,
    worker: Worker,
    shots: Path,
) -> None:
    """Play the whole story; the report has every step, and `shots` the pictures."""
    scene = _scene(province, page=page, browser=browser, worker=worker, shots=shots)
    kiosk, office = AtKiosk(scene), AtOffice(scene)
    afar = AtProvince(scene, kiosk)
    await _a_visit(report, kiosk, office, scene)
    await _faults(report, kiosk, afar, scene)
    if province.lines:
        await _a_cut_line(report, afar)
    await report.step(
        _TECHNICIAN, "kill -9 of the counter server: the next number follows", afar.killed
    )
    await report.step(_OFFICER, "closes the office's pages", office.leaves)
    if CARTON in scene.links:
        await _a_new_box(report, AtCarton(scene))
    if "conference" in scene.links:
        await meet(report, scene, worker)


def _scene(
    province: Province, *, page: str, browser: Browser, worker: Worker, shots: Path
) -> Scene:
    boxes, rooms, screens = province.plan.boxes, province.plan.rooms, province.screens
    at = {box: Citizen(screens[box], boxes[box].mirror, worker) for box in boxes if box in screens}
    officials = [Official(screens[box], rooms[box].mirror, worker) for box in rooms]
    return Scene(
        province=province,
        page=page,
        browser=browser,
        worker=worker,
        shots=shots,
        at=at,
        official=next(iter(officials), None),
    )


async def _a_visit(report: Report, kiosk: AtKiosk, office: AtOffice, scene: Scene) -> None:
    step = report.step
    await step(_CITIZEN, "both kiosks show the services", kiosk.services)
    await step(_CITIZEN, "one touch: English; one more: Vietnamese", kiosk.languages)
    await step(_CITIZEN, "two touches give a number on the glass", partial(kiosk.number, BOX_A))
    await step(_CITIZEN, "the paper's QR is the ticket's address", partial(scene.paper, BOX_A))
    await step(_CITIZEN, "a photographed card greets by masked number", kiosk.card)
    await step(_CITIZEN, "and gets the next number", partial(kiosk.take, BOX_B))
    await step(_OFFICER, "signs in at counter 2 and sees who waits", office.sign_in)
    await step(_OFFICER, "one key calls the first number", office.call)
    await step(_CITIZEN, "the TV board shows number and counter", office.board)
    await step(_CITIZEN, "the call was spoken (a WAV file)", office.spoken)
    await step(_OFFICER, "one key finishes", office.finish)
    await step(_CITIZEN, "rates the visit at the kiosk", kiosk.rate)
    if office.has_buttons:
        await step(_OFFICER, "the desk's button calls: LED panel, lamp", office.presses)
        await step(_OFFICER, "another one finishes: both are dark", office.presses_served)


async def _faults(report: Report, kiosk: AtKiosk, afar: AtProvince, scene: Scene) -> None:
    step = report.step
    await step(_TECHNICIAN, "the dashboard has tickets and devices", afar.dashboard)
    if scene.province.plan.boxes[BOX_A].board:
        await step(_TECHNICIAN, "and the box's board with its version", afar.board)
    await step(_TECHNICIAN, "paper taken out is seen at the province", afar.paper_out)
    await step(_CITIZEN, "without paper the number is shown with its QR", kiosk.unprinted)
    await step(_TECHNICIAN, "paper back: the same number is printed, once", afar.reprinted)
    await step(_CITIZEN, "and its QR is its address", partial(scene.paper, BOX_A))
    await step(_TECHNICIAN, "a test print from the dashboard comes out", afar.test_print)
    await step(_TECHNICIAN, "scanner unplugged and plugged in heals", afar.scanner)


async def _a_cut_line(report: Report, afar: AtProvince) -> None:
    await report.step(_CITIZEN, "the province's line is cut, and numbers go on", afar.line_cut)
    await report.step(_TECHNICIAN, "mended: the province gets what it missed", afar.line_mended)


async def _a_new_box(report: Report, new: AtCarton) -> None:
    step = report.step
    await step(_TECHNICIAN, "a box in its carton shows its claim", new.shows_its_claim)
    if new.has_glass:
        await step(_TECHNICIAN, "and the same words stand on its glass", new.glass_shows_its_claim)
    await step(_TECHNICIAN, "lets it in from the dashboard: it serves", new.is_let_in)
    if new.has_glass:
        await step(_CITIZEN, "its glass shows the services by itself", new.glass_serves)
    await step(_TECHNICIAN, "has every device of it tested", new.tests_itself)
    await step(_TECHNICIAN, "gives it settings: in force", new.takes_settings)
    await step(_TECHNICIAN, "settings its own check refuses say why", new.refuses_settings)
    await step(_TECHNICIAN, "an empty roll is an alert until it is full", new.alarms)
    await step(_TECHNICIAN, "looks at units, reports, people, audit", new.pages)
    await step(_TECHNICIAN, "retires the box: its live session ends", new.is_retired)
    if new.has_glass:
        await step(_CITIZEN, "its glass sends citizens elsewhere", new.glass_says_retired)
