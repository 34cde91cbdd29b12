"""The board's log: the last lines, in memory."""

SIZE = 4096
_LINE = 600


class Log:
    """Lines of `seconds text`; an offset counts the bytes since the start, forgotten ones too."""

    def __init__(self, size: int = SIZE) -> None:
        self._size = size
        self._lines: list[bytes] = []
        self._start = 0
        self._end = 0

    def add(self, now_ms: int, text: str) -> None:
        """Add a line (or some); what is too long is cut, the oldest go."""
        line = f"{now_ms // 1000}.{now_ms % 1000:03} {text}".encode()[: _LINE - 1] + b"\n"
        self._lines.append(line)
        self._end += len(line)
        while self._end - self._start > self._size:
            self._start += len(self._lines.pop(0))

    def read(self, offset: int, most: int) -> tuple[int, bytes]:
        """Return the next offset to ask for, and at most so many bytes from this offset on."""
        at = self._start
        if not at <= offset <= self._end:
            offset = at
        text = b""
        for line in self._lines:
            at += len(line)
            if at > offset + len(text):
                text += line[len(line) - (at - offset - len(text)) :]
            if len(text) >= most:
                break
        text = text[:most]
        return offset + len(text), text
