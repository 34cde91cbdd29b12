"""What goes wrong with a recording; the meeting goes on."""

import errno
from typing import Final

import av

from devices.contract.errors import MotcuaError, StorageError

_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class DiskFullError(StorageError):
    """The disk has no room for a recording."""

    code = "record.disk_full"


class RecordingFailedError(StorageError):
    """The recording cannot be written."""

    code = "record.failed"


class RecordingTakenError(MotcuaError):
    """A finished recording, or one under way, has this id."""

    code = "record.taken"


class NoRecordingError(MotcuaError):
    """There is no such recording, or nothing of it can be read."""

    code = "record.unknown"


def named(error: OSError | av.FFmpegError) -> StorageError:
    """Return what the disk, or libav on top of it, said as an error of ours."""
    full = getattr(error, "errno", None) in _FULL
    return DiskFullError(str(error)) if full else RecordingFailedError(str(error))
