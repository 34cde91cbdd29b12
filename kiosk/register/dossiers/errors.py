"""Why the room of dossiers refuses."""

from kiosk.register.errors import BadRequestError, RegisterError


class StepRefusedError(RegisterError):
    """The dossier's state does not allow this step."""

    code = "dossier.step_refused"


class MovedMeanwhileError(RegisterError):
    """Somebody else has moved this dossier meanwhile: look again."""

    code = "dossier.moved"


class OtherAgencyError(RegisterError):
    """This register is not that agency's."""

    code = "dossier.other_agency"


class NumberUnknownError(RegisterError):
    """This dossier code was not given to this client, or is used."""

    code = "dossier.number_unknown"


class PaperUnknownError(RegisterError):
    """A file is unknown, already part of a dossier, or not the one that was stored."""

    code = "dossier.paper_unknown"


class DaySpentError(RegisterError):
    """No number is left for today."""

    code = "dossier.day_spent"


class ReasonMissingError(BadRequestError):
    """This step needs a reason."""

    code = "dossier.reason_missing"


class KeyMissingError(BadRequestError):
    """The header Idempotency-Key is missing, or is not 1 to 128 letters, digits, `.`, `_`, `-`."""

    code = "request.key"


class PaperTooLargeError(RegisterError):
    """The file is too large."""

    code = "payload.too_large"
    status = 413


class PaperKindError(RegisterError):
    """The file is no PDF, JPEG or PNG."""

    code = "paper.kind"
    status = 415


class DigestError(BadRequestError):
    """The file is not the one whose digest was sent (RFC 9530)."""

    code = "paper.digest"


class ShelvesFullError(RegisterError):
    """There is no room for more files."""

    code = "papers.full"
    status = 507
    retry = True


class NotPrintableError(RegisterError):
    """This form is not of a dossier in this state."""

    code = "dossier.not_printable"
