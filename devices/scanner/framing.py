"""Bytes of a serial scanner cut into scans: at CR or LF, or where the line falls silent."""

from devices.contract.message import Health
from devices.device import DeviceState
from devices.scanner.port import LONGEST_SCAN_BYTES, Scans

GARBLED = "scanner.garbled"

_PADDING = "".join(map(chr, range(32))) + "\x7f\ufeff"


class Framer:
    """Gathers bytes until a scan is whole.

    `dropped` counts scans too long or not UTF-8, `garbled` says that the newest one was.
    """

    def __init__(self, longest_bytes: int = LONGEST_SCAN_BYTES) -> None:
        self._longest = longest_bytes
        self._bytes = bytearray()
        self._too_long = False
        self.dropped = 0
        self.garbled = False

    def feed(self, data: bytes) -> list[str]:
        """Return the scans that these bytes complete."""
        *whole, rest = data.replace(b"\r", b"\n").split(b"\n")
        scans = []
        for line in whole:
            self._gather(line)
            scans.extend(self.flush())
        self._gather(rest)
        return scans

    def flush(self) -> list[str]:
        """Return what was gathered as a scan: the line has ended, or fallen silent."""
        line, too_long = bytes(self._bytes), self._too_long
        self._bytes.clear()
        self._too_long = False
        try:
            text = line.decode().strip(_PADDING)
        except UnicodeDecodeError:
            too_long, text = True, ""
        if too_long or text:
            self.garbled = too_long
            self.dropped += too_long
        return [text] if text and not too_long else []

    def _gather(self, data: bytes) -> None:
        room = self._longest - len(self._bytes)
        self._too_long |= len(data) > room
        self._bytes += data[:room]


def state_of(framer: Framer, scans: Scans) -> DeviceState:
    """Return how a scanner of bytes is: a warning while the newest scan was unreadable."""
    facts: dict[str, str | float | bool] = {
        "garbled_scans": float(framer.dropped),
        "dropped_scans": float(scans.dropped),
    }
    if framer.garbled:
        text = "A scan was not UTF-8: is the scanner in USB serial mode, set to UTF-8?"
        return DeviceState(health=Health.WARNING, code=GARBLED, text=text, facts=facts)
    return DeviceState(facts=facts)
