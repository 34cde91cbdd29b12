"""Which packets are missing, and when to ask for them again (RFC 4585 §6.2.1). Sans-IO."""

REORDER_US = 10_000
"""How late a packet may be before it counts as missing."""
RETRY_US = 80_000
TRIES = 3
MAX_MISSING = 256


class _Missing:
    __slots__ = ("due_us", "tries")

    def __init__(self, due_us: int) -> None:
        self.due_us = due_us
        self.tries = 0


class Losses:
    """Missing sequence numbers (unwrapped): each is asked for at most 3 times, then given up."""

    def __init__(self) -> None:
        self._missing: dict[int, _Missing] = {}
        self.asked = 0

    def __bool__(self) -> bool:
        return bool(self._missing)

    def __contains__(self, seq: int) -> bool:
        return seq in self._missing

    def gap(self, first: int, end: int, now_us: int) -> bool:
        """Note that `first` up to before `end` have not come; False when that is too many."""
        if len(self._missing) + end - first > MAX_MISSING:
            return False
        due_us = now_us + REORDER_US
        for seq in range(first, end):
            self._missing[seq] = _Missing(due_us)
        return True

    def came(self, seq: int) -> None:
        """Note that a packet is there."""
        self._missing.pop(seq, None)

    def forget(self, below: int) -> None:
        """Ask no more for what is before `below`."""
        self._missing = {seq: one for seq, one in self._missing.items() if seq >= below}

    def next_us(self) -> int:
        """Return when `due` has something to say; there must be something missing."""
        return min(one.due_us for one in self._missing.values())

    def due(self, now_us: int, round_trip_us: int) -> tuple[list[int], bool]:
        """Return what to ask for now, and whether something was asked for often enough in vain."""
        wanted = []
        in_vain = False
        again_us = now_us + max(RETRY_US, round_trip_us)
        for seq, one in self._missing.items():
            if one.due_us > now_us:
                continue
            if one.tries == TRIES:
                in_vain = True
            else:
                one.tries += 1
                one.due_us = again_us
                wanted.append(seq)
        self.asked += len(wanted)
        return wanted, in_vain
