"""Why an act on a fee is refused."""

from devices.contract.errors import MotcuaError


class FeeSettledError(MotcuaError):
    """The fee was cancelled: no money is asked for it."""

    code = "fee.settled"


class NotConfirmedHereError(MotcuaError):
    """No officer confirmed the fee here, or the payment system did: it cannot be taken back."""

    code = "fee.not_confirmed_here"


class ReasonMissingError(MotcuaError):
    """A confirmation is taken back with a reason only."""

    code = "fee.reason_missing"
