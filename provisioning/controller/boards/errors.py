"""Why a firmware is not kept, or is not there."""

from devices.contract.errors import MotcuaError, NotFoundError
from firmware_bridge.update import errors as update


class NoSuchReleaseError(NotFoundError):
    """There is no such firmware here."""


class NoKeysError(MotcuaError):
    """No key says whose firmware may be kept here."""

    code = "firmware.no_keys"


class TooManyReleasesError(MotcuaError):
    """As many are kept as there is room for: remove old ones."""

    code = "firmware.too_many"


class UnreadableReleaseError(MotcuaError):
    """This is no signed manifest of a firmware."""

    code = "firmware.unreadable"


class WrongSignatureError(MotcuaError):
    """Nobody who is trusted here has signed it."""

    code = "firmware.signature"


class ExpiredReleaseError(MotcuaError):
    """It was to be installed before a day that has passed."""

    code = "firmware.expired"


class UntrustedReleaseError(MotcuaError):
    """It is kept here still, but nobody who is trusted any more has signed it."""

    code = "firmware.untrusted"


class ImageDiffersError(MotcuaError):
    """The image is not the one that the manifest names."""

    code = "firmware.image_differs"


_KINDS: dict[type[update.UpdateError], type[MotcuaError]] = {
    update.WrongSignatureError: WrongSignatureError,
    update.ExpiredError: ExpiredReleaseError,
    update.ImageDiffersError: ImageDiffersError,
}


def translated(error: update.UpdateError) -> MotcuaError:
    """Return the same fact in the words of the house."""
    return _KINDS.get(type(error), UnreadableReleaseError)(str(error))
