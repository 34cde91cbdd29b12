"""Why a provincial system did not do what was asked: one family for every system.

What a system says itself is foreign text: it is cut short, shown to officers, never logged.
"""

from devices.contract.errors import MotcuaError

_LONGEST_TEXT = 300


class BackOfficeError(MotcuaError):
    """The provincial system did not do what was asked."""

    code = "backoffice.failed"


class BackOfficeDownError(BackOfficeError):
    """The provincial system does not answer.

    `again_in_s` is the wait it asked for itself (Retry-After), 0 when it named none. `untouched`
    is whether the request surely never reached it.
    """

    code = "backoffice.down"
    retry = True

    def __init__(
        self, sentence: str = "", *, again_in_s: float = 0.0, untouched: bool = False
    ) -> None:
        super().__init__(sentence)
        self.again_in_s = again_in_s
        self.untouched = untouched


class RestingError(BackOfficeDownError):
    """The provincial system failed several times in a row and is left alone for some seconds."""

    code = "backoffice.resting"


class RequestRefusedError(BackOfficeError):
    """The provincial system refused the request; asking again changes nothing.

    `said` is what it gave as its reason, cut short.
    """

    code = "backoffice.refused"

    def __init__(self, sentence: str = "", *, status: int = 0, said: str = "") -> None:
        self.status = status
        self.said = said[:_LONGEST_TEXT]
        super().__init__(sentence or f"The system refused ({status}). {self.said}".rstrip())


class NotThereError(RequestRefusedError):
    """The provincial system does not know it."""

    code = "backoffice.not_there"


class TokenRefusedError(BackOfficeError):
    """The provincial system does not accept this site's credentials.

    A technician has to look; what waits is kept, and tried again now and then.
    """

    code = "backoffice.token_refused"
    retry = True


class BadAnswerError(BackOfficeError):
    """The provincial system's answer is not what its contract says."""

    code = "backoffice.bad_answer"
    retry = True


class MaybeThereError(BackOfficeError):
    """The request left, its answer was lost, and this system would take a second one for new."""

    code = "backoffice.maybe_there"
