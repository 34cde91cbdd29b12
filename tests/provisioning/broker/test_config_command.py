"""`motcua broker config`, from outside: what it writes is what a real mosquitto runs on."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from devices.runtime.ports import free_port
from devices.runtime.settings import ClientTls
from devices.runtime.tls import refusal
from tests.counterparts.mosquitto import RealBroker

HOST = "127.0.0.1"


def written(folder: Path, *more: str, installed: Path) -> subprocess.CompletedProcess[str]:
    config = folder / "controller.toml"
    config.write_text("\n".join((f'state_dir = "{folder / "state"}"', *more)))
    words = ("broker", "config", "--config", str(config), "--out", str(folder / "out"))
    command = (sys.executable, "-m", "provisioning.cli", *words, "--installed", str(installed))
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.real
async def test_a_real_mosquitto_runs_on_what_is_written(tmp_path: Path) -> None:
    plain, door = free_port(), free_port()
    out = tmp_path / "out"
    keys = (f"bus.port = {plain}", f"broker.tls_port = {door}", 'gate.names = ["mqtt.example.vn"]')
    done = written(tmp_path, *keys, installed=out)
    assert done.returncode == 0, done.stderr
    assert "systemctl restart mosquitto" in done.stdout
    lines = (out / "mosquitto.conf").read_text().splitlines()
    here = [line for line in lines if not line.startswith("persistence_location")]
    here.append(f"persistence_location {tmp_path}/")
    async with RealBroker(tmp_path / "store", "\n".join(here) + "\n", plain):
        stranger = ClientTls(ca_file=str(out / "ca.pem"))
        assert refusal(HOST, door, stranger) == "our certificate: none was shown"


def test_nobody_but_the_owner_reads_the_key_and_a_second_run_changes_nothing(
    tmp_path: Path,
) -> None:
    keys = ("broker.tls_port = 8883",)
    assert written(tmp_path, *keys, installed=Path("/etc/x")).returncode == 0
    out = tmp_path / "out"
    assert stat.S_IMODE((out / "broker.key").stat().st_mode) == 0o600
    files = [path for path in sorted(out.rglob("*")) if path.is_file()]
    assert not any(path.name == "ca.key" for path in files)
    first = {path: path.read_bytes() for path in files}
    assert written(tmp_path, *keys, installed=Path("/etc/x")).returncode == 0
    assert {path: path.read_bytes() for path in files} == first
    assert "LimitNOFILE=13024" in (out / "systemd/mosquitto.service.d/motcua.conf").read_text()


def test_a_user_of_the_door_whose_name_a_box_could_get_is_refused(tmp_path: Path) -> None:
    """He reads all boxes and gives them orders; the registry keeps `province-...` from boxes."""
    keys = ("broker.tls_port = 8883", 'broker.users = ["kiosk-1"]')
    refused = written(tmp_path, *keys, installed=Path("/etc/x"))
    assert refused.returncode != 0
    assert "broker.users" in refused.stderr
    assert not (tmp_path / "out").exists()
    keys = ("broker.tls_port = 8883", 'broker.users = ["province-ingest"]')
    assert written(tmp_path, *keys, installed=Path("/etc/x")).returncode == 0
    assert "user province-ingest\n" in (tmp_path / "out" / "acl").read_text()


def test_a_province_without_a_port_for_boxes_is_told_so(tmp_path: Path) -> None:
    done = written(tmp_path, installed=Path("/etc/x"))
    assert done.returncode == 78
    assert "broker.tls_port" in done.stderr
    assert not (tmp_path / "out").exists()
