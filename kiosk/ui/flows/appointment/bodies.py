"""How the pages of coming by appointment look."""

from datetime import datetime

from devices.contract.clock import LOCAL
from kiosk.api.check_in import CheckedIn, CheckInOutcome
from kiosk.ui.bodies import named
from kiosk.ui.flows.appointment.pages import AskAppointment, NoNumberYet, PrintAppointment
from kiosk.ui.flows.appointment.steps import PRINTED
from kiosk.ui.flows.appointment.texts import APPOINTMENT, AppointmentTexts
from kiosk.ui.flows.typing import keyboard
from kiosk.ui.room import Room
from kiosk.ui.screen import Button, Message, Tone, Writing
from kiosk.ui.state import State
from kiosk.ui.texts import GENERAL
from kiosk.ui.world import PrinterState, ScannerState


def ask(state: State, page: AskAppointment, room: Room) -> Writing | Message:
    """Ask for the code, or say that somebody was asked."""
    words = APPOINTMENT.of(state)
    if page.asked:
        wait = GENERAL.of(state).please_wait
        return Message(icon="calendar", tone=Tone.PLAIN, title=words.asking, lines=(wait,))
    scans = state.world.scanner is ScannerState.READY
    prompt = words.prompt if scans else words.prompt_typed
    return keyboard(page.typing, room, prompt=prompt, hint=words.hint)


def no_number(state: State, page: NoNumberYet) -> Message:
    """Say why there is no number, when the appointment is, and what to do."""
    words, told = APPOINTMENT.of(state), page.told
    title, advice = _reason(told, words)
    service = named(told.appointment.service_names, state)
    lines = (_when(told, words), advice)  # all there is room for in large letters
    prints = told.outcome in PRINTED and state.world.printer is not PrinterState.NONE
    return Message(
        icon="calendar",
        tone=Tone.PLAIN if told.outcome is CheckInOutcome.AT_DESK else Tone.WARN,
        title=title,
        lines=lines if state.access.large else (service, *lines),
        main=Button(action=PrintAppointment(), text=words.print_it, icon="print")
        if prints
        else None,
    )


def _when(told: CheckedIn, words: AppointmentTexts) -> str:
    appointment = told.appointment
    return words.when.format(
        begins=_hour(appointment.begins_at),
        ends=_hour(appointment.ends_at),
        day=f"{appointment.day:%d/%m/%Y}",
    )


def _reason(told: CheckedIn, words: AppointmentTexts) -> tuple[str, str]:
    match told.outcome:
        case CheckInOutcome.EARLY:
            opens = _hour(told.from_at or told.appointment.begins_at)
            return words.early, words.early_help.format(time=opens)
        case CheckInOutcome.OTHER_DAY:
            return words.other_day, words.other_day_help
        case CheckInOutcome.CANCELLED:
            return words.cancelled, words.cancelled_help
        case CheckInOutcome.AT_DESK:
            return words.at_desk, words.at_desk_help
        case CheckInOutcome.LATE:
            return words.late, words.late_help
        case _:
            return words.no_service, words.no_service_help


def _hour(moment: datetime) -> str:
    return f"{moment.astimezone(LOCAL):%H:%M}"
