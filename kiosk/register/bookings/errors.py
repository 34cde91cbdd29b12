"""Why the bookings room refuses."""

from kiosk.register.errors import NotFoundError, RegisterError


class NoSuchAppointmentError(NotFoundError):
    """There is no such appointment."""


class SlotTakenError(RegisterError):
    """Every place of this time is taken, or there is no such time."""

    code = "booking.taken"


class NotTodayError(RegisterError):
    """The appointment is not for today."""

    code = "booking.not_today"


class CancelledError(RegisterError):
    """The appointment was cancelled."""

    code = "booking.cancelled"


class CheckedInError(RegisterError):
    """The citizen has checked in already."""

    code = "booking.checked_in"
