"""Why the officers' side of drafts refuses."""

from devices.contract.errors import MotcuaError


class NotByHandError(MotcuaError):
    """Whether there is a one-stop system is not what the console thought: look again."""

    code = "draft.not_by_hand"
