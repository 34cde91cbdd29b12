"""A process's life from outside: its judgement of a configuration, signals, exit codes."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from devices.runtime.boot import next_boot, write_durably

PROGRAM = (sys.executable, "-m", "tests.devices.runtime.sample_process")


def run(config: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (*PROGRAM, "--config", str(config), *options),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "sample.toml"
    path.write_text(text)
    return path


def test_check_names_all_three_errors_and_nothing_runs(tmp_path: Path) -> None:
    path = written(tmp_path, 'box = "Bad Name"\nspeed = 0\n[bus]\nport = "x"\n')
    done = run(path, "--check")
    assert done.returncode == 78
    lines = done.stderr.splitlines()
    assert [line.split(": ")[1] for line in lines] == ["box", "speed", "bus.port"]


def test_check_of_a_right_configuration_is_silent(tmp_path: Path) -> None:
    done = run(written(tmp_path, 'box = "a"\n'), "--check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_missing_file_is_a_bad_configuration(tmp_path: Path) -> None:
    done = run(tmp_path / "none.toml")
    assert done.returncode == 78
    assert "cannot be read" in done.stderr


def test_dump_config_prints_every_value_with_its_default(tmp_path: Path) -> None:
    done = run(written(tmp_path, 'box = "a"\n'), "--dump-config")
    assert json.loads(done.stdout)["bus"] == {
        "host": "127.0.0.1",
        "port": 1883,
        "keepalive_s": 20,
        "tls": None,
    }


def test_a_bug_ends_the_process_with_one_json_line_that_says_it(tmp_path: Path) -> None:
    done = run(written(tmp_path, 'box = "a"\nfails = true\n'))
    assert done.returncode == 1
    last = json.loads(done.stderr.splitlines()[-1])
    assert (last["level"], last["event"]) == ("critical", "bug")
    assert "ZeroDivisionError" in last["exception"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_process_tells_systemd_it_is_ready_and_ends_in_order_on_a_signal(
    tmp_path: Path, number: int
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(30)
        environment = os.environ | {
            "NOTIFY_SOCKET": str(tmp_path / "notify"),
            "WATCHDOG_USEC": "300000",
        }
        with subprocess.Popen(
            (*PROGRAM, "--config", str(written(tmp_path, 'box = "a"\n'))),
            env=environment,
            stderr=subprocess.PIPE,
        ) as process:
            said = {systemd.recv(256) for _ in range(4)}
            process.send_signal(number)
            while (word := systemd.recv(256)) != b"STOPPING=1":
                said.add(word)
            assert process.wait(timeout=30) == 0
    assert said == {b"READY=1", b"WATCHDOG=1"}


def test_boot_numbers_rise_over_a_clock_gone_back_and_a_broken_file(tmp_path: Path) -> None:
    far = 4_000_000_000
    write_durably(tmp_path / "sample.boot", str(far).encode())
    assert next_boot(tmp_path, "sample") == far + 1
    assert next_boot(tmp_path, "sample") == far + 2
    (tmp_path / "sample.boot").write_text("\x00\x00")
    assert next_boot(tmp_path, "sample") > 1_700_000_000


def test_a_part_starts_on_a_disk_that_keeps_no_boot_number(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    assert next_boot(tmp_path / "state", "sample") > 1_700_000_000
