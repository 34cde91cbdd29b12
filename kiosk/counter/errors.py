"""Why the counter server refuses."""

from devices.contract.errors import MotcuaError


class NotFoundError(MotcuaError):
    """There is no such thing here."""

    code = "not_found"


class SiteClosedError(MotcuaError):
    """The site is closed: no numbers are given now."""

    code = "site.closed"


class ServiceClosedError(MotcuaError):
    """Every counter of this service has paused: no numbers are given for it now."""

    code = "service.closed"


class RequestReusedError(MotcuaError):
    """This request was already answered with a ticket of another kind."""

    code = "request.reused"


class StaleConsoleError(MotcuaError):
    """The counter serves another number than the console thought: look again."""

    code = "counter.stale"


class CounterPausedError(MotcuaError):
    """The counter has paused."""

    code = "counter.paused"


class NothingCalledError(MotcuaError):
    """The counter serves nobody now."""

    code = "counter.idle"


class NotOursError(MotcuaError):
    """The counter does not serve this number's service."""

    code = "counter.not_ours"


class NobodyAtDeskError(MotcuaError):
    """Nobody has signed in at the counter of this call button."""

    code = "press.nobody"


class TooSoonError(MotcuaError):
    """The call button was pressed a moment ago."""

    code = "press.too_soon"


class RepeatedPressError(MotcuaError):
    """This very press was carried out before."""

    code = "press.repeated"


class AlreadyRatedError(MotcuaError):
    """This visit has been rated."""

    code = "ticket.rated"


class NotFinishedError(MotcuaError):
    """Only a finished visit can be rated."""

    code = "ticket.not_finished"


class NotSignedInError(MotcuaError):
    """Sign in at a counter first."""

    code = "not_signed_in"


class BadPinError(MotcuaError):
    """The counter or its PIN is wrong."""

    code = "sign_in.wrong"


class TooManyTriesError(MotcuaError):
    """Too many wrong PINs: wait some minutes."""

    code = "sign_in.too_many"
    retry = True


class BadKeyError(MotcuaError):
    """This kiosk's site key is missing or wrong."""

    code = "site_key.wrong"


class ForeignOriginError(MotcuaError):
    """The request comes from another site's page."""

    code = "origin.foreign"
