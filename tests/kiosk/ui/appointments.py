"""Appointments at the glass."""

from datetime import UTC, date, datetime

from kiosk.api.bookings import Appointment, AppointmentState
from kiosk.api.check_in import CheckedIn, CheckInOutcome
from kiosk.api.queue import Ticket

BOOKED = "2311-048213"
NINE = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
APPOINTMENT = Appointment(
    code=BOOKED,
    service="ho-tich",
    service_names={"vi": "Hộ tịch: khai sinh, kết hôn", "en": "Civil status"},
    day=date(2026, 11, 23),
    begins_at=NINE,
    ends_at=datetime(2026, 11, 23, 2, 30, tzinfo=UTC),
    state=AppointmentState.BOOKED,
)
TOLD = {
    outcome.value: CheckedIn(outcome=outcome, appointment=APPOINTMENT)
    for outcome in CheckInOutcome
    if outcome is not CheckInOutcome.GIVEN
}


def given_with(ticket: Ticket, outcome: CheckInOutcome = CheckInOutcome.GIVEN) -> CheckedIn:
    """Return an appointment with its number."""
    return CheckedIn(outcome=outcome, appointment=APPOINTMENT, ticket=ticket)
