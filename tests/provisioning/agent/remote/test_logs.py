"""Every place of logs gives the same lines: the twin, files, and a real journal of systemd."""

import gzip
import json
import random
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from provisioning.agent.remote.logs.files import FilesConfig
from provisioning.agent.remote.logs.journald import JournaldConfig
from provisioning.agent.remote.logs.packing import pack
from provisioning.agent.remote.logs.port import LogLine, Logs, NoLogsError, Wanted
from provisioning.agent.remote.logs.simulated import SimulatedLogs
from provisioning.commands import Severity

NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)
_REMOTE = Path("/lib/systemd/systemd-journal-remote")


def line(minute: int, part: str, severity: Severity, event: str) -> LogLine:
    at = NOON + timedelta(minutes=minute)
    text = json.dumps({"event": event, "level": severity, "timestamp": at.isoformat()})
    return LogLine(at=at, part=part, severity=severity, text=text)


LINES = (
    line(0, "kiosk", Severity.INFO, "ready"),
    line(1, "devices", Severity.WARNING, "paper nearly finished"),
    line(2, "devices", Severity.ERROR, "paper is out"),
    line(3, "kiosk", Severity.DEBUG, "a touch"),
    line(4, "kiosk", Severity.ERROR, "màn hình treo"),
)


def twin(folder: Path) -> Logs:
    del folder
    return SimulatedLogs(*LINES)


def files(folder: Path) -> Logs:
    for part in ("kiosk", "devices"):
        texts = [one.text for one in LINES if one.part == part]
        (folder / f"{part}.log").write_text("".join(f"{text}\n" for text in texts))
    return FilesConfig(folder=str(folder)).build()


def journal(folder: Path) -> Logs:
    """Write a journal with systemd's own writer, as its export format says."""
    if not _REMOTE.exists():
        pytest.fail("apt install systemd-journal-remote")
    entries = [
        {
            "__REALTIME_TIMESTAMP": str(int(one.at.timestamp() * 1e6)),
            "__MONOTONIC_TIMESTAMP": str(number + 1),
            "_BOOT_ID": "0" * 31 + "1",
            "_MACHINE_ID": "0" * 31 + "2",
            "_SYSTEMD_UNIT": f"motcua-{one.part}.service",
            "PRIORITY": "6",
            "MESSAGE": one.text,
        }
        for number, one in enumerate((*LINES, line(2, "", Severity.ERROR, "not ours")))
    ]
    entries[-1]["_SYSTEMD_UNIT"] = "cron.service"
    export = "\n".join(
        "".join(f"{name}={value}\n" for name, value in entry.items()) for entry in entries
    )
    where = folder / "journal"
    where.mkdir()
    subprocess.run(
        [str(_REMOTE), "-o", str(where / "a.journal"), "-"],
        input=export.encode() + b"\n",
        check=True,
        capture_output=True,
    )
    return JournaldConfig(directory=str(where)).build()


@pytest.fixture(params=[twin, files, pytest.param(journal, marks=pytest.mark.real)])
def logs(request: pytest.FixtureRequest, tmp_path: Path) -> Logs:
    build: Callable[[Path], Logs] = request.param
    return build(tmp_path)


def found(logs: Logs, **wanted: object) -> list[str]:
    span = {"since": NOON - timedelta(hours=1), "until": NOON + timedelta(hours=1)}
    lines = logs.lines(msgspec.convert(span | wanted, Wanted))
    return [json.loads(one.text)["event"] for one in lines]


def test_all_lines_come_newest_first(logs: Logs) -> None:
    newest_first = [json.loads(one.text)["event"] for one in reversed(LINES)]
    assert found(logs, severity=Severity.DEBUG) == newest_first


def test_a_line_keeps_its_moment_part_and_severity(logs: Logs) -> None:
    span = Wanted(since=NOON, until=NOON + timedelta(hours=1), severity=Severity.DEBUG)
    assert sorted(logs.lines(span), key=lambda one: one.at) == list(LINES)


def test_only_the_wanted_parts_come(logs: Logs) -> None:
    assert found(logs, parts=("devices",)) == ["paper is out", "paper nearly finished"]
    assert found(logs, parts=("counter",)) == []


def test_only_what_is_bad_enough_comes(logs: Logs) -> None:
    """Our own word for it counts: systemd takes every line of stderr for information."""
    assert found(logs, severity=Severity.ERROR) == ["màn hình treo", "paper is out"]


def test_only_the_wanted_time_comes(logs: Logs) -> None:
    span = {"since": NOON + timedelta(minutes=1), "until": NOON + timedelta(minutes=3)}
    assert found(logs, **span) == ["paper is out", "paper nearly finished"]


def test_files_that_are_larger_than_a_block_are_read_backwards(tmp_path: Path) -> None:
    lines = [line(0, "kiosk", Severity.INFO, f"{number} " + "x" * 300) for number in range(2000)]
    (tmp_path / "kiosk.log").write_text("".join(f"{one.text}\n" for one in lines))
    read = found(FilesConfig(folder=str(tmp_path)).build())
    assert [event.split()[0] for event in read] == [str(n) for n in reversed(range(2000))]


def test_logs_that_cannot_be_read_say_so(tmp_path: Path) -> None:
    broken = SimulatedLogs()
    broken.broken = True
    gone = JournaldConfig(directory=str(tmp_path / "none")).build()
    for logs in (broken, gone):
        with pytest.raises(NoLogsError):
            list(logs.lines(Wanted(since=NOON, until=NOON + timedelta(hours=1))))


def test_what_is_packed_can_be_read_and_stays_within_its_bound(tmp_path: Path) -> None:
    noise = random.Random(1)
    lines = [line(0, "kiosk", Severity.INFO, noise.randbytes(2000).hex()) for number in range(500)]
    path = tmp_path / "logs.gz"
    packed = pack(iter(lines), path, 2**18)
    assert packed.cut
    assert path.stat().st_size <= 2**18
    read = gzip.decompress(path.read_bytes()).splitlines()
    assert len(read) == packed.lines
    assert 20 < packed.lines < 500
    whole = pack(iter(lines[:20]), path, 2**20)
    assert (whole.lines, whole.cut) == (20, False)
