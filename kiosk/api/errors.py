"""Why the counter server refuses: the codes of its `Problem`s."""

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


class NotConnectedError(MotcuaError):
    """This site is not connected to the system that would know."""

    code = "office.not_connected"


class SystemAwayError(MotcuaError):
    """The province's system does not answer now."""

    code = "office.away"
    retry = True


class RefusedThereError(MotcuaError):
    """The province's system refused."""

    code = "office.refused"


class NotSentYetError(MotcuaError):
    """The dossier of this number waits to be sent to the province's system."""

    code = "dossier.not_sent"
    retry = True


class FeedbackFullError(MotcuaError):
    """So much feedback waits for its answer that no more can be kept."""

    code = "feedback.full"


class FeedbackElsewhereError(MotcuaError):
    """The province's system has this feedback, or it is on its way there."""

    code = "feedback.elsewhere"


class FeedbackStepError(MotcuaError):
    """This step does not follow from the state of the feedback."""

    code = "feedback.step"


class FeedbackStaleError(MotcuaError):
    """Somebody else has changed this feedback: look again."""

    code = "feedback.stale"


class FeedbackNotOursError(MotcuaError):
    """Feedback is not read at this counter."""

    code = "feedback.not_ours"


class NotAnsweredError(MotcuaError):
    """Only an answer can be rated."""

    code = "feedback.not_answered"


class AnswerRatedError(MotcuaError):
    """This answer has been rated."""

    code = "feedback.rated"


class NoScreenError(MotcuaError):
    """No second screen is on at this counter."""

    code = "facing.none"
    retry = True


class NotServedError(MotcuaError):
    """This number is not served at this counter now: its citizen's sheet is nobody else's."""

    code = "facing.not_served"


class NotOpenedError(MotcuaError):
    """This screen has to be opened with an officer's code."""

    code = "facing.not_opened"


class BadCodeError(MotcuaError):
    """The code is wrong, or its time is over: ask the officer for a new one."""

    code = "facing.code"


class BadKeyError(MotcuaError):
    """This kiosk's site key is missing or wrong."""

    code = "site_key.wrong"


class ForeignOriginError(MotcuaError):
    """The request comes from another site's page."""

    code = "origin.foreign"
