"""Two links and a modelled wire between them, in simulated time. Runs under MicroPython too."""

from firmware_bridge.link import Link

_BILLION = 1_000_000_000


class Chance:
    """Random numbers that are the same everywhere (Park and Miller's minimal standard)."""

    def __init__(self, seed: int) -> None:
        self._state = seed % 2147483646 + 1

    def below(self, limit: int) -> int:
        self._state = self._state * 48271 % 2147483647
        return self._state % limit

    def bytes(self, count: int) -> bytes:
        return bytes([self.below(256) for _ in range(count)])


class Way:
    """One direction: each byte takes `byte_us`, and shares of them (in 1e-4) are hurt."""

    def __init__(self, chance: Chance, byte_us: int, flips: int, drops: int) -> None:
        self.chance = chance
        self.byte_us = byte_us
        self.flips = flips
        self.drops = drops
        self.drop_next: list[int] = []  # positions in what is written next, each lost
        self.zeros_dropped = 0  # share of the delimiters that are lost, in 1e-4
        self.written = 0
        self.record = b""
        self._held: list[tuple[int, bytearray]] = []
        self._free_us = 0

    def write(self, data: bytes, now_ms: int) -> None:
        self.record = (self.record + data)[-100_000:]
        self.written += len(data)
        self._free_us = max(self._free_us, now_ms * 1000)
        for position in range(len(data)):
            self._free_us += self.byte_us
            byte = data[position]
            if position in self.drop_next or self._hit(self.drops):
                continue
            if byte == 0 and self._hit(self.zeros_dropped):
                continue
            if self._hit(self.flips):
                byte ^= 1 << self.chance.below(8)
            self._arrive((self._free_us + 999) // 1000, byte)
        self.drop_next = []

    def read(self, now_ms: int) -> bytes:
        out = b""
        while self._held and self._held[0][0] <= now_ms:
            out += self._held.pop(0)[1]
        return out

    def _arrive(self, at_ms: int, byte: int) -> None:
        if not self._held or self._held[-1][0] != at_ms:
            self._held.append((at_ms, bytearray()))
        self._held[-1][1].append(byte)

    def _hit(self, share: int) -> bool:
        return share > 0 and self.chance.below(10_000) < share


class End:
    """A link, what it is to say, and what it heard in each of its sessions."""

    def __init__(self, chance: Chance, byte_us: int, window: int) -> None:
        self.chance = chance
        self.byte_us = byte_us
        self.window = window
        self.stalled = False
        self.to_say: list[bytes] = []
        self.heard: list[bytes] = []
        self.link: Link
        self.start()

    def start(self) -> None:
        nonce = self.chance.below(_BILLION)
        self.link = Link(nonce, b"who I am", window=self.window, byte_us=self.byte_us)
        self.session = 0
        self.heard = []

    def step(self, came: bytes, now_ms: int) -> bytes:
        messages = self.link.feed(came, now_ms)
        if self.link.session != self.session:
            self.session = self.link.session
            self.heard = []
        self.heard.extend(messages)
        while self.to_say and self.link.up and self.link.room:
            self.link.send(self.to_say.pop(0))
        return self.link.poll(now_ms)


class Pair:
    """Two ends; `now_ms` goes on with each step."""

    def __init__(
        self,
        seed: int,
        *,
        byte_us: int = 40,
        flips: int = 0,
        drops: int = 0,
        window: int = 8,
    ) -> None:
        chance = Chance(seed)
        self.a = End(chance, byte_us, window)
        self.b = End(chance, byte_us, window)
        self.there = Way(chance, byte_us, flips, drops)
        self.back = Way(chance, byte_us, flips, drops)
        self.now_ms = 0

    def step(self) -> None:
        self.now_ms += 1
        for end, out, into in (
            (self.a, self.there, self.back),
            (self.b, self.back, self.there),
        ):
            if not end.stalled:
                data = end.step(into.read(self.now_ms), self.now_ms)
                if data:
                    out.write(data, self.now_ms)

    def run(self, steps_ms: int) -> None:
        for _ in range(steps_ms):
            self.step()

    def until_quiet(self, within_ms: int) -> bool:
        """Go on until both ends have said everything and know that it came."""
        end = self.now_ms + within_ms
        while self.now_ms < end:
            self.step()
            ends = (self.a, self.b)
            if all(one.link.up and one.link.idle and not one.to_say for one in ends):
                return True
        return False
