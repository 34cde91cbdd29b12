"""A process full of boxes for the storm: each connects, subscribes, says that it is there, stays.

Prints `ready`; at a line on stdin all come, and it prints what it saw as JSON; at the next line
they go.
"""

import resource
import socket
import ssl
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from devices.contract.identity import AGENT, BoxId
from devices.contract.topics import PartTopics

HOST = "127.0.0.1"
_WITHIN_S = 60


class Job(msgspec.Struct, frozen=True):
    """Which boxes, and where they go; without a `ca` they come without TLS."""

    port: int
    boxes: tuple[str, ...]
    folder: str
    ca: str
    at_once: int
    come_twice: bool


class Seen(msgspec.Struct, frozen=True):
    """How long each took from SYN to PUBACK, and how many had their TLS session resumed."""

    took_s: tuple[float, ...]
    resumed: int


class Box:
    """One box."""

    def __init__(self, job: Job, name: str) -> None:
        self._job = job
        self._name = name
        self._session: ssl.SSLSession | None = None
        self._context: ssl.SSLContext | None = None
        self.resumed = False
        self.took_s = 0.0

    def prepare(self) -> None:
        """Load its key: a box in the field has done so long before."""
        if self._job.ca:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self._context.load_verify_locations(self._job.ca)
            own = Path(self._job.folder) / f"province-{self._name}"
            self._context.load_cert_chain(f"{own}.pem", f"{own}.key")

    def come(self) -> None:
        """Connect and say so."""
        began = time.perf_counter()
        line = socket.create_connection((HOST, self._job.port), timeout=_WITHIN_S)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._context:
            line = self._context.wrap_socket(line, server_hostname=HOST, session=self._session)
        topics = PartTopics(BoxId(self._name), AGENT)
        self._line = line
        line.sendall(_packet(0x10, b"\x00\x04MQTT\x05\x02\x00\x3c\x00" + _text(self._name)))
        self._take(0x20)
        line.sendall(_packet(0x82, b"\x00\x01\x00" + _text(topics.province_cmd) + b"\x01"))
        line.sendall(_packet(0x32, _text(topics.conn) + b"\x00\x02\x00" + b'{"state":"ready"}'))
        self._take(0x90)
        self._take(0x40)
        self.took_s = time.perf_counter() - began
        if isinstance(line, ssl.SSLSocket):
            self.resumed = bool(line.session_reused)
            self._session = line.session

    def go(self) -> None:
        """Hang up."""
        self._line.close()

    def _take(self, kind: int) -> None:
        head = self._exactly(2)
        if head[0] != kind:
            raise ConnectionError(f"{self._name}: {head[0]:#x} instead of {kind:#x}")
        self._exactly(head[1])

    def _exactly(self, size: int) -> bytes:
        taken = b""
        while len(taken) < size:
            more = self._line.recv(size - len(taken))
            if not more:
                raise ConnectionError(f"{self._name}: the broker hung up")
            taken += more
        return taken


def _text(text: str) -> bytes:
    return len(text).to_bytes(2, "big") + text.encode()


def _packet(kind: int, body: bytes) -> bytes:
    if len(body) > 127:
        raise ValueError("a name is shorter")
    return bytes((kind, len(body))) + body


def main() -> None:
    job = msgspec.json.decode(sys.stdin.readline(), type=Job)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    boxes = [Box(job, name) for name in job.boxes]
    for box in boxes:
        box.prepare()
    with ThreadPoolExecutor(job.at_once) as crowd:
        if job.come_twice:
            list(crowd.map(Box.come, boxes))
            list(crowd.map(Box.go, boxes))
        print("ready", flush=True)
        sys.stdin.readline()
        list(crowd.map(Box.come, boxes))
        seen = Seen(tuple(box.took_s for box in boxes), sum(box.resumed for box in boxes))
        print(msgspec.json.encode(seen).decode(), flush=True)
        sys.stdin.readline()
        list(crowd.map(Box.go, boxes))


if __name__ == "__main__":
    main()
