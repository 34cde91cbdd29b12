"""Why the payments room refuses."""

from kiosk.register.errors import NotFoundError, RegisterError


class NoSuchFeeError(NotFoundError):
    """No fee of this reference is asked."""


class ReferenceTakenError(RegisterError):
    """This reference is of another fee."""

    code = "fee.reference_taken"


class FeeSettledError(RegisterError):
    """The fee is no longer pending: look again."""

    code = "fee.settled"


class NoticeUnsignedError(RegisterError):
    """The notice is not signed by somebody who may, or is too old."""

    code = "notice.refused"
    status = 401
