"""What can go wrong when papers are scanned. No sentence says anything of a paper."""

from devices.contract.errors import MotcuaError


class ScanError(MotcuaError):
    """The paper could not be scanned."""

    code = "scan.failed"


class NotInMemoryError(ScanError):
    """The scan folder does not lie in memory, or is not this user's own: nothing is scanned."""

    code = "scan.not_in_memory"


class NoRoomError(ScanError):
    """Nothing more finds room in the scan folder."""

    code = "scan.no_room"


class NoPageError(ScanError):
    """No page is seen on the desk."""

    code = "scan.no_page"
    retry = True


class TooManyPagesError(ScanError):
    """The scan has as many pages as it may."""

    code = "scan.full"


class NoPagesError(ScanError):
    """The scan has no pages."""

    code = "scan.empty"


class ScanOverError(ScanError):
    """The scan is over: it was wiped, or nobody asked for too long."""

    code = "scan.over"
