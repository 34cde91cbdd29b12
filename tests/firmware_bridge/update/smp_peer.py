"""A server's end of the wire, for what a real one cannot be made to do on purpose.

What it reads is found by `smp`'s own decoder, what it says is framed by `smp`'s own encoder.
"""

import asyncio
import os
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import cbor2
from smp import packet

Answer = Callable[[bytes], bytes]


class SmpPeer:
    """A pty at `path`; `asked` is every request that came, `answer` what is written for it."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[bytes] = []
        self._text = b""
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.path = os.ttyname(self._slave)
        asyncio.get_running_loop().add_reader(self._master, self._read)

    def say(self, data: bytes) -> None:
        """Write what nobody asked for."""
        os.write(self._master, data)

    def hang_up(self) -> None:
        """Let the port go."""
        if self._master >= 0:
            asyncio.get_running_loop().remove_reader(self._master)
            os.close(self._slave)
            os.close(self._master)
            self._master = -1

    def _read(self) -> None:
        *lines, self._text = (self._text + os.read(self._master, 4096)).split(b"\n")
        for line in lines:
            if line.startswith(packet.START_DELIMITER):
                self._decoder = packet.decode()
                next(self._decoder)
            try:
                self._decoder.send(line + b"\n")
            except StopIteration as whole:
                self.asked.append(whole.value)
                self.say(self.answer(whole.value))


def reply(request: bytes, body: object = None, *, op: int = 0, sequence: int = 0) -> bytes:
    """Return the lines of a reply; by default a true one, that says nothing."""
    data = body if isinstance(body, bytes) else cbor2.dumps(body or {})
    head = bytearray(request[:8])
    head[0] += op or 1
    head[2:4] = len(data).to_bytes(2, "big")
    head[6] ^= sequence
    return b"".join(packet.encode(bytes(head) + data, 128))


def nothing(_: bytes) -> bytes:
    """Be silent."""
    return b""


@contextmanager
def smp_peer(answer: Answer = nothing) -> Iterator[SmpPeer]:
    """Have a peer as long as the context lasts."""
    peer = SmpPeer(answer)
    try:
        yield peer
    finally:
        peer.hang_up()
