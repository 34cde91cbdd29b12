"""What can be wrong with a spoken call."""

from devices.contract.errors import DeviceError


class ProgramMissingError(DeviceError):
    """A program that the speaker needs is not installed."""

    code = "speaker.program_missing"


class NoVoiceError(DeviceError):
    """There is no voice for this language on the box."""

    code = "speaker.no_voice"
    retry = False


class BadClipError(DeviceError):
    """A recorded clip is not a WAV of 16-bit samples."""

    code = "speaker.bad_clip"
    retry = False


class PlaybackError(DeviceError):
    """The sound could not be played to its end."""

    code = "speaker.playback"


class RecordingError(DeviceError):
    """The microphone beside the speaker could not be listened to."""

    code = "speaker.recording"


class FolderFullError(DeviceError):
    """The folder of sounds cannot be written."""

    code = "speaker.folder"


class NothingPluggedError(DeviceError):
    """No headphones are plugged in: nothing is read to a room."""

    code = "headphones.unplugged"
    retry = False
