"""A morning at the office: what citizens, officers and technicians do, and what they must see."""

import asyncio
from functools import partial
from pathlib import Path

from devices.runtime.worker import Worker
from provisioning.demo.carton import CARTON
from provisioning.demo.check.at_carton import AtCarton
from provisioning.demo.check.at_cashier import AtCashier
from provisioning.demo.check.at_complaint import AtComplaint
from provisioning.demo.check.at_diary import AtDiary
from provisioning.demo.check.at_ears import AtEars
from provisioning.demo.check.at_filing import AtFiling
from provisioning.demo.check.at_head import AtHead
from provisioning.demo.check.at_helpdesk import AtHelpdesk
from provisioning.demo.check.at_kiosk import AtKiosk
from provisioning.demo.check.at_office import AtOffice
from provisioning.demo.check.at_province import AtProvince
from provisioning.demo.check.at_register import AtRegister
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
    if BOX_A in scene.at:
        await _a_dossier(report, AtRegister(scene))
    await _faults(report, kiosk, afar, scene)
    if province.lines:
        await _a_cut_line(report, afar)
    await report.step(
        _TECHNICIAN, "kill -9 of the counter server: the next number follows", afar.killed
    )
    await scene.browser.closes("demo")  # four screens, live: others need the machine now
    async with asyncio.TaskGroup() as at_once:
        if CARTON in scene.links:
            at_once.create_task(_a_new_box(report, AtCarton(scene)))
        if BOX_A in scene.at and BOX_B in scene.at:
            at_once.create_task(_errands(report, kiosk, scene))
    await report.step(_OFFICER, "closes the office's pages", office.leaves)
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


async def _a_dossier(report: Report, register: AtRegister) -> None:
    step = report.step
    await step(_CITIZEN, "finds a procedure, called sample data", register.finds_a_procedure)
    await step(_CITIZEN, "and takes its check-list home", register.prints_its_papers)
    await step(_OFFICER, "receives a dossier at the commune's register", register.receives)
    await step(_CITIZEN, "its code at the scanner: how far it is", register.follows)


async def _errands(report: Report, kiosk: AtKiosk, scene: Scene) -> None:
    """Have two citizens at two kiosks at once, then look at the office."""
    async with asyncio.TaskGroup() as at_once:
        at_once.create_task(_at_the_first(report, scene))
        at_once.create_task(_at_the_second(report, kiosk, scene))
    await _an_officers_side(report, AtHead(scene))


async def _at_the_first(report: Report, scene: Scene) -> None:
    step, filing, cashier = report.step, AtFiling(scene), AtCashier(scene)
    complaint = AtComplaint(scene)
    if not filing.is_there:
        return
    await step(_CITIZEN, "prepares a dossier: the card fills the form", filing.declares)
    await step(_CITIZEN, "scans two pages and looks at each", filing.scans)
    await step(_CITIZEN, "seals it to the counter, with a number", filing.seals)
    await step(_OFFICER, "opens it at the console, page by page", filing.opens)
    await step(_OFFICER, "accepts: the one-stop system gives a code", filing.accepts)
    await step(_OFFICER, "has it in the commune's register", filing.arrived)
    dossier = filing.code
    await step(_OFFICER, "asks a fee for it", lambda: cashier.asks(dossier))
    await step(_CITIZEN, "scans the code: a VietQR, not confirmed", lambda: cashier.sees(dossier))
    await step(_OFFICER, "sees on the console that it waits", cashier.waits)
    await step(_CITIZEN, "takes the VietQR home on paper", cashier.prints)
    await step(_OFFICER, "confirms it: the glass says so by itself", cashier.is_confirmed)
    await step(_OFFICER, "has it in the list for reconciliation", cashier.is_reconciled)
    await step(_CITIZEN, "types a complaint in Telex", complaint.writes)
    await step(_CITIZEN, "adds place and photo: a code on paper", complaint.sends)
    await step(_OFFICER, "answers it in the back office", complaint.is_answered)
    await step(_CITIZEN, "reads the answer by the code", complaint.reads_the_answer)


async def _at_the_second(report: Report, kiosk: AtKiosk, scene: Scene) -> None:
    step, ears, diary = report.step, AtEars(scene), AtDiary(scene, kiosk)
    await step(_OFFICER, "books an appointment in the register", diary.books)
    await step(_CITIZEN, "checks in with its code: a number", diary.checks_in)
    await step(_OFFICER, "the supervisor sees all counters, and who came", diary.is_expected)
    await step(_CITIZEN, "reads a language that was installed", ears.reads_another)
    await step(_CITIZEN, "plugs headphones in: it reads aloud", ears.hears)
    if "help" in scene.links:
        await _a_call(report, AtHelpdesk(scene))


async def _a_call(report: Report, desk: AtHelpdesk) -> None:
    step = report.step
    await step(_OFFICER, "is on duty at the province's help desk", desk.is_on_duty)
    await step(_CITIZEN, "calls an officer from the kiosk", desk.calls)
    await step(_OFFICER, "answers: they see each other", desk.answers)
    await step(_CITIZEN, "lets the officer see the screen", desk.is_shown)
    await step(_OFFICER, "ends the call", desk.hangs_up)


async def _an_officers_side(report: Report, head: AtHead) -> None:
    step = report.step
    await step(_OFFICER, "opens the screen that faces the citizen", head.opens_a_screen)
    await step(_OFFICER, "calls: number and words stand there", head.calls)
    await step(_CITIZEN, "rates the visit on that screen", head.is_rated)
    await step(_OFFICER, "reads the day's figures, as does the head", head.counts)


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
