"""Boxes that all come back at once: mTLS handshakes at the province's mosquitto.

`python -m bench.storm N` measures with N boxes.
"""

import asyncio
import contextlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import psutil

from bench.storm_boxes import Job, Seen
from bench.table import Table, percentile, spread
from tests.provisioning.broker.mtls import MtlsProvince

BOXES, ROUNDS, CROWDS = 4_000, 3, 2
FLEET = 10_000
_AT_ONCE = 24
"""Handshakes a process of boxes has open at a time: the broker's listen queue holds 100."""
_PLAIN, _MTLS, _AGAIN = "plain TCP (the limit)", "mTLS", "mTLS, its session offered again"


@dataclass(frozen=True, slots=True)
class Stormed:
    """What a round cost; `kb` is the broker's memory a box, `resumed` the share of sessions."""

    per_s: float
    broker_ms: float
    p99_s: float
    kb: float
    resumed: float


def measure(boxes: int = BOXES) -> Table:
    """Return what the broker pays for each box that comes, plain and over mTLS."""
    names = tuple(f"box-{at}" for at in range(boxes))
    rounds: dict[str, list[Stormed]] = {kind: [] for kind in (_PLAIN, _MTLS, _AGAIN)}
    with tempfile.TemporaryDirectory() as folder:
        province = MtlsProvince(Path(folder))
        for name in names:
            province.authority.issue(name)
        for _ in range(ROUNDS):
            for kind, stormed in rounds.items():
                stormed.append(asyncio.run(_round(province, Path(folder), names, kind)))
    each_ms = statistics.median(one.broker_ms for one in rounds[_MTLS])
    return Table(
        title="Reconnect storm",
        how=(
            f"{boxes} boxes connect to one mosquitto as fast as they can, from {CROWDS} processes "
            f"with {_AT_ONCE} handshakes open each, on the same cores as the broker. Each "
            "subscribes, publishes its `conn` (QoS 1) and stays. mTLS is the door of "
            f"`motcua broker config`: TLS 1.3, P-256, CRL, ACL. {ROUNDS} rounds taken in turn. "
            "*Broker ms* is mosquitto's processor time a box; it has one thread. Computed from it, "
            f"not measured: {FLEET} boxes take {FLEET * each_ms / 1000:.0f} s of that thread. "
            "Bridges wait up to 60 s at random: coming back within that minute they keep it "
            f"{FLEET * each_ms / 600:.0f} % busy."
        ),
        head=("", "boxes/s", "broker ms", "p99 SYN to PUBACK, s", "broker KB", "resumed"),
        rows=tuple(_row(kind, stormed) for kind, stormed in rounds.items()),
    )


def _row(kind: str, rounds: Sequence[Stormed]) -> tuple[str, ...]:
    return (
        kind,
        spread([one.per_s for one in rounds], 0),
        spread([one.broker_ms for one in rounds], 2),
        spread([one.p99_s for one in rounds], 2),
        spread([one.kb for one in rounds], 1),
        f"{100 * statistics.median(one.resumed for one in rounds):.0f} %",
    )


async def _round(
    province: MtlsProvince, folder: Path, names: tuple[str, ...], kind: str
) -> Stormed:
    async with province:
        return await asyncio.to_thread(_storm, province, folder, names, kind)


def _storm(province: MtlsProvince, folder: Path, names: tuple[str, ...], kind: str) -> Stormed:
    jobs = [
        Job(
            port=province.port if kind == _PLAIN else province.door,
            boxes=names[at::CROWDS],
            folder=str(folder),
            ca="" if kind == _PLAIN else str(province.files.ca),
            at_once=_AT_ONCE,
            come_twice=kind == _AGAIN,
        )
        for at in range(CROWDS)
    ]
    broker = psutil.Process(province.pid)
    with contextlib.ExitStack() as stack:
        crowds = [stack.enter_context(_crowd(job)) for job in jobs]
        empty, cpu = broker.memory_info().rss, _cpu_s(broker)
        began = time.perf_counter()
        for crowd in crowds:
            _say(crowd)
        seen = [msgspec.json.decode(_line(crowd), type=Seen) for crowd in crowds]
        wall = time.perf_counter() - began
        cpu, full = _cpu_s(broker) - cpu, broker.memory_info().rss
        for crowd in crowds:
            _say(crowd)
    count = len(names)
    return Stormed(
        per_s=count / wall,
        broker_ms=1000 * cpu / count,
        p99_s=percentile([took for one in seen for took in one.took_s], 0.99),
        kb=(full - empty) / 1024 / count,
        resumed=sum(one.resumed for one in seen) / count,
    )


@contextlib.contextmanager
def _crowd(job: Job) -> "Iterator[subprocess.Popen[bytes]]":
    command = [sys.executable, "-m", "bench.storm_boxes"]
    crowd = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        _say(crowd, msgspec.json.encode(job))
        assert _line(crowd) == b"ready\n"
        yield crowd
    finally:
        crowd.terminate()
        crowd.communicate(timeout=30)


def _say(crowd: "subprocess.Popen[bytes]", words: bytes = b"") -> None:
    assert crowd.stdin
    crowd.stdin.write(words + b"\n")
    crowd.stdin.flush()


def _line(crowd: "subprocess.Popen[bytes]") -> bytes:
    assert crowd.stdout
    return crowd.stdout.readline()


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    print(measure(int(sys.argv[1]) if sys.argv[1:] else BOXES).as_markdown())
