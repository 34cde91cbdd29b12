"""`motcua broker config`: what a mosquitto of the system needs to be the province's broker."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from devices.contract.clock import Clock
from devices.contract.config import BadConfigError, Problem
from provisioning.broker import Door, DoorFiles, province_config
from provisioning.broker.files import PRIVATE, READABLE, written
from provisioning.controller.broker import check_list
from provisioning.controller.config import ControllerConfig
from provisioning.controller.registry.opening import broker_door, open_authority
from provisioning.pki.authority import Authority
from provisioning.pki.revocation import LIST_FILE, write_list

STORE = Path("/var/lib/mosquitto")
_OWN = "mosquitto.conf"
_UNITS = "systemd"
_TAKE = "motcua-broker-files"
_RELOAD = "/usr/bin/systemctl reload mosquitto"


def write_broker_files(config: ControllerConfig, out: Path, installed: Path, clock: Clock) -> str:
    """Write configuration, ACL, certificates, list and units into `out`; return what to do next.

    `installed` is the folder on the broker's machine. Raises BadConfigError without a port for
    boxes, StorageError, ExpiredListError.
    """
    if not config.broker.tls_port:
        raise BadConfigError((Problem("broker.tls_port", "is 0: boxes need a port"),))
    authority = open_authority(Path(config.state_dir), config.gate, clock)
    crl = authority.directory / LIST_FILE
    if not crl.exists():
        write_list(authority, (), clock.now())
    check_list(crl, clock)
    kept = broker_door(
        authority,
        config.gate,
        clock,
        host=config.broker.tls_host,
        port=config.broker.tls_port,
        most_boxes=config.broker.most_boxes,
        acl_file=out / "acl",
        users=config.broker.users,
    )
    door = replace(kept, files=_there(installed))
    for mine, there in zip(_paths(kept.files), _paths(door.files), strict=True):
        mode = PRIVATE if there == door.files.key else READABLE
        written(out / there.name, mine.read_bytes(), mode=mode)
    for path, text in _texts(config, door, authority, installed).items():
        written(out / path, text.encode(), mode=READABLE)
    return _to_do(out, installed, door)


def _there(installed: Path) -> DoorFiles:
    return DoorFiles(
        ca=installed / "ca.pem",
        certificate=installed / "broker.pem",
        key=installed / "broker.key",
        crl=installed / LIST_FILE,
        acl=installed / "acl",
    )


def _paths(files: DoorFiles) -> tuple[Path, ...]:
    return (files.ca, files.certificate, files.key, files.crl, files.acl)


def _texts(
    config: ControllerConfig, door: Door, authority: Authority, installed: Path
) -> Mapping[str, str]:
    settings = province_config(port=config.bus.port, directory=STORE, door=door)
    source = authority.directory.absolute()
    taken = "".join(
        f"ExecStart=/usr/bin/install -o mosquitto -g mosquitto -m {mode:o} "
        f"{source / name} {installed / name}\n"
        for name, mode in ((LIST_FILE, 0o644), ("broker.pem", 0o644), ("broker.key", 0o600))
    )
    return {
        _OWN: f"# Written by `motcua broker config`; docs/brokers.md explains it.\n{settings}",
        # one file for each connection, and 1,024 of them by default
        f"{_UNITS}/mosquitto.service.d/motcua.conf": (
            f"[Service]\nLimitNOFILE={door.most_boxes + 1024}\n"
        ),
        f"{_UNITS}/{_TAKE}.path": (
            "[Unit]\nDescription=Revocations and renewed certificates for mosquitto\n"
            f"[Path]\nPathChanged={source / LIST_FILE}\nPathChanged={source / 'broker.pem'}\n"
            "[Install]\nWantedBy=multi-user.target\n"
        ),
        f"{_UNITS}/{_TAKE}.service": (
            # five starts in ten seconds are systemd's limit, and the sixth list would not be read
            "[Unit]\nDescription=Have mosquitto read them\nStartLimitIntervalSec=0\n"
            f"[Service]\nType=oneshot\n{taken}"
            # twice: a SIGHUP that comes while mosquitto reads its files is lost
            f"ExecStart={_RELOAD}\nExecStart=/bin/sleep 0.5\nExecStart={_RELOAD}\n"
        ),
    }


def _to_do(out: Path, installed: Path, door: Door) -> str:
    names = " ".join(str(out / path.name) for path in _paths(door.files))
    return f"""Written: {out}. On the machine of the broker, as root:

  install -d -o mosquitto -g mosquitto -m 700 {installed}
  install -o mosquitto -g mosquitto -m 600 {names} {installed}/
  install -m 644 {out / _OWN} /etc/mosquitto/mosquitto.conf
  cp -r {out / _UNITS}/. /etc/systemd/system/
  systemctl daemon-reload
  systemctl restart mosquitto
  systemctl enable --now {_TAKE}.path

Boxes come to port {door.port}; open it in the firewall, and no other.
The province's own processes use loopback: keep everybody else off this machine.
A new CA, a new port, or other units need `systemctl restart mosquitto`; all else `reload`.
"""
