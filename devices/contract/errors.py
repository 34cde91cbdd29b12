"""Errors of the house: a code for machines, a sentence for people, and whether to try again.

A class states a fact; its docstring's first line is the sentence used when none is given.
"""

from typing import ClassVar


class MotcuaError(Exception):
    """Something of ours failed in a way that has a name."""

    code: ClassVar[str] = "failed"
    retry: ClassVar[bool] = False

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or (type(self).__doc__ or "").partition("\n")[0])

    @property
    def sentence(self) -> str:
        """What happened, for a person."""
        return str(self)


class BadPayloadError(MotcuaError):
    """The payload is not a message of the expected kind."""

    code = "payload.bad"


class TooLargeError(BadPayloadError):
    """The payload is larger than the contract allows."""

    code = "payload.too_large"


class NotFoundError(MotcuaError):
    """There is no such thing. A leaf says what."""

    code = "not_found"


class BadTopicError(MotcuaError):
    """The topic does not follow the contract."""

    code = "topic.bad"


class BadIdentityError(MotcuaError):
    """A name of a box or a part has letters the contract does not allow."""

    code = "identity.bad"


class LineDownError(MotcuaError):
    """The broker cannot be reached."""

    code = "bus.line_down"
    retry = True


class DeadlinePassedError(MotcuaError):
    """No answer came within the deadline."""

    code = "request.deadline"
    retry = True


class BusyError(MotcuaError):
    """Too much is waiting already; nothing of this was begun."""

    code = "busy"
    retry = True


class UnknownCommandError(MotcuaError):
    """The part does not take this command."""

    code = "command.unknown"


class NotAllowedError(MotcuaError):
    """The command is known, but not allowed from where it came."""

    code = "command.not_allowed"


class JournalFullError(MotcuaError):
    """The journal holds as many unacknowledged events as it may."""

    code = "journal.full"
    retry = True


class StorageError(MotcuaError):
    """The disk refused a write; nothing of it was kept."""

    code = "storage.failed"
    retry = True


class DeviceError(MotcuaError):
    """A device failed."""

    code = "device.failed"
    retry = True


class UnpluggedError(DeviceError):
    """The device is not there."""

    code = "device.unplugged"


class MuteError(DeviceError):
    """The device does not answer."""

    code = "device.mute"


class TakenError(DeviceError):
    """Another program holds the device."""

    code = "device.taken"


class NoSuchDeviceError(MotcuaError):
    """The box has no device of this kind."""

    code = "device.none"
