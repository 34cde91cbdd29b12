"""Every file a box is given, by its role. Pure: what is where is decided here, laid elsewhere."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from devices.contract.toml import as_toml
from provisioning.agent.config import AgentConfig, BrokerConfig, GateConfig
from provisioning.agent.parts import PartConfig
from provisioning.agent.settings.config import SettingsConfig
from provisioning.broker import box_config
from provisioning.image.board_rules import BOARD_UDEV, BRLTTY_RULES
from provisioning.image.units import units_of
from provisioning.image.users import (
    AGENT_STATE,
    BROKER_FILE,
    BROKER_STATE,
    MODULES,
    POLKIT,
    SETTINGS,
    STATE,
    SYSUSERS,
    TMPFILES,
    UDEV,
)

_UNITS = Path("/etc/systemd/system")
_SAMPLES = {
    "devices": "devices/sample-hardware.toml",
    "kiosk": "kiosk/ui/sample.toml",
    "counter": "kiosk/counter/sample.toml",
    "register": "kiosk/register/sample.toml",
    "room": "vc/endpoint/sample.toml",
}


class BoxRole(StrEnum):
    """What a box is for."""

    KIOSK = "kiosk"
    COUNTER = "counter"
    OFFICE = "office"
    """A counter box of a commune that keeps its own register of dossiers."""
    ROOM = "room"


PARTS = {
    BoxRole.KIOSK: ("devices", "kiosk"),
    BoxRole.COUNTER: ("devices", "counter"),
    BoxRole.OFFICE: ("devices", "counter", "register"),
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
    return (
        *(Laid(path=_UNITS / unit.name, content=unit.text) for unit in units),
        *(
            Laid(path=_UNITS / f"{unit.wanted_by}.wants" / unit.name, link=str(_UNITS / unit.name))
            for unit in units
            if unit.wanted_by
        ),
        Laid(path=_UNITS / "mosquitto.service", link="/dev/null"),  # Debian's own, on our port
    )


def _rules() -> tuple[Laid, ...]:
    return (
        Laid(path=Path("/etc/sysusers.d/motcua.conf"), content=SYSUSERS),
        Laid(path=Path("/etc/tmpfiles.d/motcua.conf"), content=TMPFILES),
        Laid(path=Path("/etc/modules-load.d/motcua.conf"), content=MODULES),
        Laid(path=Path("/etc/udev/rules.d/70-motcua.rules"), content=UDEV),
        Laid(path=Path("/etc/udev/rules.d/71-motcua-board.rules"), content=BOARD_UDEV),
        *(Laid(path=Path("/etc/udev/rules.d") / name, link="/dev/null") for name in BRLTTY_RULES),
        Laid(path=Path("/etc/polkit-1/rules.d/50-motcua.rules"), content=POLKIT),
    )


def _settings(order: Order) -> tuple[Laid, ...]:
    folder = Path(SETTINGS)
    agent = AgentConfig(
        gate=order.gate,
        parts={
            part: PartConfig(config_file=str(folder / f"{part}.toml")) for part in PARTS[order.role]
        },
        state_dir=AGENT_STATE,
        broker=BrokerConfig(config_file=BROKER_FILE, directory=BROKER_STATE),
        settings=SettingsConfig(state_dir=STATE),
    )
    return (
        *(
            Laid(path=folder / f"{part}.toml", content=sample, mode=0o640, settings=True)
            for part, sample in order.samples.items()
        ),
        Laid(path=folder / "agent.toml", content=as_toml(agent), mode=0o640, settings=True),
        Laid(
            path=Path(BROKER_FILE),
            content=box_config(port=agent.bus.port, directory=Path(BROKER_STATE)),
            settings=True,  # the agent's, once the box has a certificate
        ),
    )
