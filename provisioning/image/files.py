"""Every file a box is given, by its role. Pure: what is where is decided here, laid elsewhere."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from devices.contract.toml import as_toml
from provisioning.agent.config import AgentConfig, BrokerConfig, GateConfig
from provisioning.agent.parts import PartConfig
from provisioning.broker import box_config
from provisioning.image.units import SETTINGS, STATE, STICKS, USER, text, units_of

_UNITS = Path("/etc/systemd/system")
_GROUPS = ("lp", "dialout", "input", "video", "render", "audio", "plugdev", "gpio")
_SAMPLES = {
    "devices": "devices/sample-hardware.toml",
    "kiosk": "kiosk/ui/sample.toml",
    "counter": "kiosk/counter/sample.toml",
    "room": "vc/endpoint/sample.toml",
}


class BoxRole(StrEnum):
    """What a box is for."""

    KIOSK = "kiosk"
    COUNTER = "counter"
    ROOM = "room"


PARTS = {
    BoxRole.KIOSK: ("devices", "kiosk"),
    BoxRole.COUNTER: ("devices", "counter"),
    BoxRole.ROOM: ("devices", "room"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """A file (or a link, with `link`) below the root. What is `settings` is never written over."""

    path: Path
    content: str = ""
    mode: int = 0o644
    link: str = ""
    settings: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What was asked for. `samples` are the parts' settings to begin with, by file name."""

    role: BoxRole
    motcua: str
    samples: dict[str, str]
    gate: GateConfig | None = None


def samples_of(role: BoxRole) -> dict[str, str]:
    """Return where the parts' samples stand in the software's own tree."""
    return {part: _SAMPLES[part] for part in PARTS[role]}


def files_of(order: Order) -> tuple[Laid, ...]:
    """Return everything that is laid down for the role."""
    return (*_services(order), *_rules(), *_settings(order))


def _services(order: Order) -> tuple[Laid, ...]:
    units = units_of(PARTS[order.role], order.motcua)
    wanted = _UNITS / "multi-user.target.wants"
    return (
        *(Laid(path=_UNITS / unit.name, content=text(unit)) for unit in units),
        *(Laid(path=wanted / unit.name, link=str(_UNITS / unit.name)) for unit in units),
        Laid(path=_UNITS / "mosquitto.service", link="/dev/null"),  # Debian's own, on our port
    )


def _rules() -> tuple[Laid, ...]:
    return (
        Laid(path=Path("/etc/sysusers.d/motcua.conf"), content=_sysusers()),
        Laid(path=Path("/etc/tmpfiles.d/motcua.conf"), content=_TMPFILES),
        Laid(path=Path("/etc/udev/rules.d/70-motcua.rules"), content=_UDEV),
        Laid(path=Path("/etc/polkit-1/rules.d/50-motcua.rules"), content=_POLKIT),
    )


def _settings(order: Order) -> tuple[Laid, ...]:
    folder = Path(SETTINGS)
    parts = {
        part: PartConfig(config_file=str(folder / f"{part}.toml")) for part in PARTS[order.role]
    }
    agent = AgentConfig(gate=order.gate, parts=parts, state_dir=STATE, broker=BrokerConfig())
    broker = box_config(port=agent.bus.port, directory=Path(f"{STATE}/broker"))
    return (
        *(
            Laid(path=folder / f"{part}.toml", content=sample, mode=0o640, settings=True)
            for part, sample in order.samples.items()
        ),
        Laid(path=folder / "agent.toml", content=as_toml(agent), mode=0o640, settings=True),
        Laid(
            path=Path(f"{STATE}/broker/mosquitto.conf"),
            content=broker,
            mode=0o600,
            settings=True,  # the agent's, once the box has a certificate
        ),
    )


def _sysusers() -> str:
    groups = "".join(f"m {USER} {group}\n" for group in _GROUPS)
    return f'u {USER} - "motcua-edge" {STATE}\n{groups}'


_TMPFILES = f"""\
d {STATE} 0750 {USER} {USER}
d {STATE}/broker 0700 {USER} {USER}
Z {STATE}/broker - {USER} {USER}
d {SETTINGS} 0750 {USER} {USER}
Z {SETTINGS} - {USER} {USER}
d {STICKS} 0755 {USER} {USER}
"""
_UDEV = f"""\
# Who may use what: the processes run as {USER}, which is in these groups.
SUBSYSTEM=="usbmisc", KERNEL=="lp[0-9]*", GROUP="lp", MODE="0660"
SUBSYSTEM=="tty", SUBSYSTEMS=="usb", GROUP="dialout", MODE="0660"
SUBSYSTEM=="input", KERNEL=="event[0-9]*", GROUP="input", MODE="0660"
SUBSYSTEM=="video4linux", GROUP="video", MODE="0660"
SUBSYSTEM=="gpio", KERNEL=="gpiochip[0-9]*", GROUP="gpio", MODE="0660"
# A stick with FAT is mounted for the agent, which reads and writes its folder `motcua` only.
ACTION=="add", SUBSYSTEM=="block", SUBSYSTEMS=="usb", ENV{{ID_FS_TYPE}}=="vfat|exfat", \\
  RUN{{program}}+="/usr/bin/systemd-mount --no-block --collect \\
  --options=uid={USER},gid={USER},umask=0077,nodev,nosuid,noexec $devnode {STICKS}/$kernel"
"""
_POLKIT = f"""\
// The agent (no other process of ours asks for it) starts units of ours anew, and the box.
polkit.addRule(function(action, subject) {{
  if (subject.user !== "{USER}") return polkit.Result.NOT_HANDLED;
  if (action.id === "org.freedesktop.systemd1.manage-units"
      && action.lookup("verb") === "restart"
      && /^motcua-[a-z]+\\.service$/.test(action.lookup("unit"))) return polkit.Result.YES;
  if (action.id === "org.freedesktop.login1.reboot"
      || action.id === "org.freedesktop.login1.reboot-multiple-sessions") return polkit.Result.YES;
  return polkit.Result.NOT_HANDLED;
}});
"""
