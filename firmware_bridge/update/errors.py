"""What can be wrong with an update: each named before the first byte is sent, or after the last."""

from firmware_bridge.errors import BoardError


class UpdateError(BoardError):
    """The update did not come about; the board runs what it ran before, or can be updated still."""

    code = "update.error"
    retry = False


class UnreadableManifestError(UpdateError):
    """The manifest is none, or is one of a later kind."""

    code = "update.unreadable"


class WrongSignatureError(UpdateError):
    """No key that is trusted here has signed the manifest."""

    code = "update.signature"


class ExpiredError(UpdateError):
    """The manifest was to be used before a day that has passed."""

    code = "update.expired"


class ImageDiffersError(UpdateError):
    """The image is not the one that the manifest names."""

    code = "update.image_differs"


class WrongKindError(UpdateError):
    """The image is for another kind of board."""

    code = "update.kind"


class OlderVersionError(UpdateError):
    """The board runs a later version already."""

    code = "update.older"


class ForeignTableError(UpdateError):
    """The image speaks a table of messages that this box does not."""

    code = "update.table"


class NoRevertError(UpdateError):
    """The board's bootloader never goes back: a bad image would stay until the next one."""

    code = "update.no_revert"


class RolledBackError(UpdateError):
    """The new image did not prove itself: the board went back to what it ran before."""

    code = "update.rolled_back"


class UpdateTimedOutError(UpdateError):
    """It was not over in its time; asked for again, it goes on where it stopped."""

    code = "update.timed_out"
    retry = True
