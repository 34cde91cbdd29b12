"""What `motcua install` lays down, judged by those who will read it: systemd, polkit's language."""

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from provisioning.image.files import PARTS, BoxRole, Order, files_of
from provisioning.image.install import lay_down
from provisioning.image.users import AGENT, SHELL, USER

pytestmark = pytest.mark.real
MOTCUA = str(Path(sys.executable).with_name("motcua"))
GATE = ("--gate", "https://gate.example:8443", "--ca-sha256", "AB:" * 31 + "AB")
UNITS = "etc/systemd/system"


def install(root: Path, role: str = "kiosk", *more: str) -> subprocess.CompletedProcess[str]:
    command = (MOTCUA, "install", "--role", role, "--root", str(root), *more)
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def installed(root: Path, role: str = "kiosk", *more: str) -> list[str]:
    done = install(root, role, *more)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def laid(root: Path) -> None:
    """Lay a kiosk down in this process."""
    lay_down(files_of(Order(role=BoxRole.KIOSK, motcua=MOTCUA, samples={})), root)


def program(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.fail(f"{name} is not installed: apt-get install {package}")
    return found


def verified(unit: Path) -> str:
    command = (program("systemd-analyze", "systemd"), "verify", "--man=no", str(unit))
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.stderr + ("" if done.returncode == 0 else f"exit {done.returncode}")


@pytest.mark.parametrize("role", BoxRole)
def test_systemd_takes_every_unit_of_a_role(tmp_path: Path, role: BoxRole) -> None:
    installed(tmp_path, role)
    units = sorted((tmp_path / UNITS).glob("motcua-*.service"))
    parts = {f"motcua-{part}" for part in (*PARTS[role], "agent", "broker")}
    assert {unit.stem for unit in units} == parts | {"motcua-shell@"}
    for unit in (*units, tmp_path / UNITS / "motcua-shell.socket"):
        assert verified(unit) == ""
    for wanted in ("multi-user.target.wants", "sockets.target.wants"):
        for link in (tmp_path / UNITS / wanted).iterdir():
            assert link.readlink() == Path("/") / UNITS / link.name
            parts.discard(link.stem)
    assert parts == set(), "every process begins with the box"
    assert (tmp_path / UNITS / "mosquitto.service").readlink() == Path("/dev/null")


@pytest.mark.parametrize(
    ("right", "wrong"), [("Restart=always", "Restart=perhaps"), ("UMask=", "UMusk=")]
)
def test_systemd_would_have_said_what_is_wrong(tmp_path: Path, right: str, wrong: str) -> None:
    laid(tmp_path)
    unit = tmp_path / UNITS / "motcua-agent.service"
    text = unit.read_text()
    assert right in text
    unit.write_text(text.replace(right, wrong))
    assert f"{unit}:" in verified(unit)


@pytest.mark.parametrize(
    ("part", "most"),
    [("broker", 20), ("agent", 25), ("devices", 20), ("kiosk", 35), ("shell@", 20)],
)
def test_systemd_finds_little_exposed(tmp_path: Path, part: str, most: int) -> None:
    laid(tmp_path)
    unit = tmp_path / UNITS / f"motcua-{part}.service"
    assert exposed(unit, most) == 0
    unit.write_text(unit.read_text().replace("=yes\n", "=no\n"))
    assert exposed(unit, most) == 1


def exposed(unit: Path, most: int) -> int:
    """Return 1 where systemd finds the unit exposed above so many tenths (0 to 100)."""
    program_words = (program("systemd-analyze", "systemd"), "security", "--offline=yes")
    done = subprocess.run(
        (*program_words, f"--threshold={most}", "--no-pager", str(unit)),
        capture_output=True,
        timeout=60,
        check=False,
    )
    return done.returncode


def test_a_second_time_changes_nothing(tmp_path: Path) -> None:
    first = installed(tmp_path, "counter", *GATE)
    assert f"/{UNITS}/motcua-counter.service" in first
    before = {path: path.lstat() for path in tmp_path.rglob("*")}
    assert installed(tmp_path, "counter", *GATE) == []
    assert {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*")} == {
        path: found.st_mtime_ns for path, found in before.items()
    }


def test_a_technician_s_settings_stay_and_our_own_files_are_made_right(tmp_path: Path) -> None:
    installed(tmp_path)
    settings = tmp_path / "etc/motcua/devices.toml"
    settings.write_text('box = "quay-01"\n')
    unit = tmp_path / UNITS / "motcua-kiosk.service"
    unit.write_text("[Unit]\n")
    assert installed(tmp_path) == [f"/{UNITS}/motcua-kiosk.service"]
    assert settings.read_text() == 'box = "quay-01"\n'
    assert "WatchdogSec" in unit.read_text()


@pytest.mark.parametrize("role", BoxRole)
def test_every_process_takes_the_settings_it_is_given(tmp_path: Path, role: BoxRole) -> None:
    installed(tmp_path, role, *GATE)
    for part in (*PARTS[role], "agent"):
        path = tmp_path / f"etc/motcua/{part}.toml"
        command = (MOTCUA, part, "--config", str(path), "--check")
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
    agent = tomllib.loads((tmp_path / "etc/motcua/agent.toml").read_text())
    assert agent["gate"] == {"url": "https://gate.example:8443", "ca_sha256": "ab" * 32}
    assert agent["parts"].keys() == set(PARTS[role])


def test_a_box_s_user_is_made_with_the_groups_of_its_devices(tmp_path: Path) -> None:
    laid(tmp_path)
    command = (program("systemd-sysusers", "systemd"), f"--root={tmp_path}")
    subprocess.run(command, capture_output=True, timeout=30, check=True)
    groups = (tmp_path / "etc/group").read_text()
    for group in ("lp", "dialout", "input", "video", "audio", "gpio"):
        assert f"\n{group}:x:" in f"\n{groups}"
        line = next(one for one in groups.splitlines() if one.startswith(f"{group}:"))
        assert line.endswith(":motcua")


@pytest.mark.parametrize(
    "more",
    [
        ("--gate", "http://gate.example", "--ca-sha256", "ab" * 32),
        ("--gate", "https://gate.example"),
        ("--ca-sha256", "ab" * 32),
    ],
)
def test_half_a_gate_is_refused_and_nothing_is_laid(tmp_path: Path, more: tuple[str, ...]) -> None:
    done = install(tmp_path, "kiosk", *more)
    assert done.returncode == 1
    assert "url" in done.stderr or "ca_sha256" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("user", "action", "about", "answer"),
    [
        (AGENT, "systemd1.manage-units", ("motcua-kiosk.service", "restart"), "yes"),
        (AGENT, "systemd1.manage-units", ("motcua-kiosk.service", "stop"), "not handled"),
        (AGENT, "systemd1.manage-units", ("motcua-shell@0.service", "restart"), "not handled"),
        (AGENT, "systemd1.manage-units", ("ssh.service", "restart"), "not handled"),
        (AGENT, "systemd1.manage-units", ("motcua-x.service.d", "restart"), "not handled"),
        (AGENT, "systemd1.manage-unit-files", ("motcua-kiosk.service", ""), "not handled"),
        (AGENT, "login1.reboot", ("", ""), "yes"),
        (AGENT, "login1.power-off", ("", ""), "not handled"),
        (USER, "systemd1.manage-units", ("motcua-kiosk.service", "restart"), "not handled"),
        (USER, "login1.reboot", ("", ""), "not handled"),
        (SHELL, "login1.reboot", ("", ""), "not handled"),
        (USER, "org.debian.pcsc-lite.access_pcsc", ("", ""), "yes"),
        (USER, "org.debian.pcsc-lite.access_card", ("", ""), "yes"),
        (AGENT, "org.debian.pcsc-lite.access_card", ("", ""), "not handled"),
        (SHELL, "org.debian.pcsc-lite.access_pcsc", ("", ""), "not handled"),
    ],
)
def test_the_agent_may_restart_our_units_and_the_box_and_the_parts_use_a_chip_reader(
    tmp_path: Path, user: str, action: str, about: tuple[str, str], answer: str
) -> None:
    laid(tmp_path)
    rule = (tmp_path / "etc/polkit-1/rules.d/50-motcua.rules").read_text()
    name = action if action.startswith("org.") else f"org.freedesktop.{action}"
    asked = json.dumps({"user": user, "id": name, "unit": about[0], "verb": about[1]})
    script = (
        "const polkit = {Result: {YES: 'yes', NOT_HANDLED: 'not handled'},"
        " addRule(rule) { this.rule = rule }};\n"
        f"{rule}\nconst asked = {asked};\n"
        "console.log(polkit.rule({id: asked.id, lookup: (key) => asked[key]}, {user: asked.user}))"
    )
    node = program("node", "nodejs")
    done = subprocess.run(
        (node, "-e", script), capture_output=True, text=True, timeout=30, check=False
    )
    assert done.stdout.strip() == answer, done.stderr
