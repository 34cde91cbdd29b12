"""What a client of the register may be allowed to do (RFC 6749 §3.3)."""

from enum import StrEnum


class Scope(StrEnum):
    """One right of a client; its configuration names them."""

    DOSSIERS_NUMBER = "dossiers.number"
    DOSSIERS_FILE = "dossiers.file"
    DOSSIERS_CREATE = "dossiers.create"
    DOSSIERS_PROGRESS = "dossiers.progress"
    DOSSIERS_STATUS = "dossiers.status"
    PAYMENTS_NOTICE = "payments.notice"
    PAYMENTS_ASK = "payments.ask"
    PAYMENTS_READ = "payments.read"
    BOOKINGS_READ = "bookings.read"
    BOOKINGS_CHECK_IN = "bookings.check_in"
