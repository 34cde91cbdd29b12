"""Buttons, switches and the paper sensor: levels that bounce."""

PRESS_MS = 20
SWITCH_MS = 100
NO_PAPER_SENSOR = 255  # its level where none is fitted


class Contact:
    """A level that has changed when it stayed changed for a while."""

    def __init__(self, level: int, settle_ms: int) -> None:
        self.level = level
        self._settle_ms = settle_ms
        self._since_ms = -1  # it differs; -1: it does not

    def turn(self, level: int, now_ms: int) -> bool:
        """Take the level of this moment; returns whether `level` changed."""
        if level == self.level:
            self._since_ms = -1
            return False
        if self._since_ms < 0:
            self._since_ms = now_ms
        if now_ms - self._since_ms < self._settle_ms:
            return False
        self.level = level
        self._since_ms = -1
        return True


def bits(contacts: list[Contact]) -> int:
    """Return the levels as bits, the first contact the lowest."""
    value = 0
    for place, contact in enumerate(contacts):
        if contact.level:
            value |= 1 << place
    return value
