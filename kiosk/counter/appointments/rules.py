"""What becomes of somebody who comes by appointment. Pure."""

from datetime import datetime, timedelta

import msgspec

from devices.contract.clock import local_day
from kiosk.api.bookings import Appointment, AppointmentState
from kiosk.api.check_in import CheckInOutcome
from kiosk.counter.appointments.config import AppointmentsConfig, Late


class Verdict(msgspec.Struct, frozen=True):
    """The outcome, whether there is a number in it, and when to come again."""

    outcome: CheckInOutcome
    number: bool = False
    from_at: datetime | None = None


def judged(appointment: Appointment, now: datetime, rules: AppointmentsConfig) -> Verdict:
    """Return what becomes of an appointment that has no number yet."""
    if appointment.state is AppointmentState.CANCELLED:
        return Verdict(CheckInOutcome.CANCELLED)
    if appointment.day != local_day(now):
        return Verdict(CheckInOutcome.OTHER_DAY)
    if appointment.state is AppointmentState.CHECKED_IN:
        return Verdict(CheckInOutcome.AT_DESK)
    opens = appointment.begins_at - timedelta(minutes=rules.early_min)
    if now < opens:
        return Verdict(CheckInOutcome.EARLY, from_at=opens)
    if now > appointment.begins_at + timedelta(minutes=rules.late_min):
        return Verdict(CheckInOutcome.LATE, number=rules.late is Late.QUEUE)
    return Verdict(CheckInOutcome.GIVEN, number=True)


def plain(code: str) -> str:
    """Return a code as it is compared: people leave dashes and blanks out."""
    return "".join(letter for letter in code.upper() if letter.isalnum())
