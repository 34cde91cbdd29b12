"""How long things take on a bus (Modbus over Serial Line V1.02 §2.5.1.1). Pure."""

from devices.rs485.settings import Rs485Config

_START_AND_DATA_BITS = 9
_SILENCE_CHARACTERS = 3.5
_SILENCE_LEAST_S = 0.00175  # above 19,200 baud it shrinks no further


class Pace:
    """The bus's own times."""

    def __init__(self, config: Rs485Config) -> None:
        bits = _START_AND_DATA_BITS + (config.parity != "none") + config.stop_bits
        self._byte_s = bits / config.baud
        self._after_silence_s = config.after_silence_s
        self.silence_s = max(_SILENCE_CHARACTERS * self._byte_s, _SILENCE_LEAST_S)

    def wire_s(self, size: int) -> float:
        """Return how long so many bytes are on the wire."""
        return size * self._byte_s

    def window_s(self, request: int, reply: int, reply_within_s: float) -> float:
        """Return how long is waited for the end of a reply, from the request's first bit on."""
        return self.wire_s(request) + reply_within_s + self.wire_s(reply)

    def slot_s(self, request: int, reply: int, reply_within_s: float) -> float:
        """Return what one exchange takes at most, a unit included that begins when time is up.

        A silence, the request, the wait, and a reply that comes in time or is let pass; or, when
        that is longer, the rest that is given the others after it.
        """
        window_s = self.window_s(request, reply, reply_within_s)
        passed_s = max(self.wire_s(reply) + self.silence_s, self._after_silence_s)
        return self.silence_s + window_s + passed_s
