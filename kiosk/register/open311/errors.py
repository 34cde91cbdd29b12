"""Why a GeoReport call is refused: a list of reasons, each with the HTTP status it stands for."""

from kiosk.api.feedback import ErrorItem
from kiosk.register.errors import NotFoundError, RegisterError


class GeoReportError(RegisterError):
    """The call is refused, for these reasons; the first one's code is the answer's status."""

    code = "open311.refused"

    def __init__(self, *reasons: tuple[int, str]) -> None:
        super().__init__("; ".join(text for _, text in reasons))
        self.reasons = tuple(ErrorItem(code=code, description=text) for code, text in reasons)


class NoSuchFeedbackError(NotFoundError):
    """There is no such feedback."""


class StepRefusedError(RegisterError):
    """This does not follow from the state it is in."""

    code = "feedback.step"


class StaleFeedbackError(RegisterError):
    """Somebody else has answered meanwhile: look again."""

    code = "feedback.stale"
