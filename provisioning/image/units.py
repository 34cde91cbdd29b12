"""The systemd units of a box's processes (systemd.unit(5), systemd.exec(5)). Pure."""

from dataclasses import dataclass

USER = "motcua"
STATE = "/var/lib/motcua"
SETTINGS = "/etc/motcua"
STICKS = "/run/media/motcua"

_HARDENED = """\
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectHostname=yes
RestrictNamespaces=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
UMask=0027
"""
_OWN_SCREEN = "Conflicts=getty@tty1.service\nAfter=getty@tty1.service\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One process of a box.

    `clock` waits for a time that somebody vouches for, where there is somebody. `unit` and
    `service` are further lines of those sections.
    """

    part: str
    what: str
    command: str
    type: str = "notify"
    watchdog_s: int = 30
    clock: bool = False
    capabilities: str = ""
    addresses: str = "AF_UNIX AF_INET AF_INET6"
    unit: str = ""
    service: str = ""

    @property
    def name(self) -> str:
        """The unit's name."""
        return f"motcua-{self.part}.service"


def text(unit: Unit) -> str:
    """Return the unit's file.

    A process that a bug or a power cut ended comes back after 2 s, for ever: nobody is there to
    give up for. A refused configuration (78) waits for a better one, which the agent or a
    technician starts.
    """
    needs_broker = unit.part != "broker"
    after = ["network.target"]
    after += ["motcua-broker.service"] if needs_broker else []
    after += ["time-sync.target"] if unit.clock else []
    watchdog = f"WatchdogSec={unit.watchdog_s}\n" if unit.watchdog_s else ""
    return (
        "# laid down by `motcua install`, which writes it anew; own lines go into a drop-in\n"
        "[Unit]\n"
        f"Description=motcua: {unit.what}\n"
        f"After={' '.join(after)}\n"
        f"{'Wants=motcua-broker.service' + chr(10) if needs_broker else ''}"
        "StartLimitIntervalSec=0\n"
        f"{unit.unit}"
        "\n[Service]\n"
        f"Type={unit.type}\n"
        f"ExecStart={unit.command}\n"
        f"User={USER}\n"
        f"Group={USER}\n"
        f"WorkingDirectory={STATE}\n"
        f"StateDirectory={USER}\n"
        "StateDirectoryMode=0750\n"
        f"{watchdog}"
        "Restart=always\n"
        "RestartSec=2\n"
        "RestartPreventExitStatus=78\n"
        "TimeoutStopSec=20\n"
        f"{_HARDENED}"
        f"RestrictAddressFamilies={unit.addresses}\n"
        f"CapabilityBoundingSet={unit.capabilities}\n"
        f"AmbientCapabilities={unit.capabilities}\n"
        f"{'ProtectClock=yes' + chr(10) if 'CAP_SYS_TIME' not in unit.capabilities else ''}"
        f"{unit.service}"
        "\n[Install]\n"
        "WantedBy=multi-user.target\n"
    )


def process(motcua: str, part: str) -> str:
    """Return the command line of one of our own processes."""
    return f"{motcua} {part} --config {SETTINGS}/{part}.toml"


def units_of(parts: tuple[str, ...], motcua: str) -> tuple[Unit, ...]:
    """Return the units of a box with these parts: broker and agent beside them."""
    known = {
        "devices": Unit(
            part="devices",
            what="printer, scanner, panel, loudspeaker, camera, buttons",
            command=process(motcua, "devices"),
            addresses="AF_UNIX AF_INET AF_INET6 AF_NETLINK",  # hot-plugged devices
        ),
        "kiosk": Unit(
            part="kiosk",
            what="the touchscreen",
            command=process(motcua, "kiosk"),
            unit=_OWN_SCREEN,
            service=_runtime("kiosk"),
            addresses="AF_UNIX AF_INET AF_INET6 AF_NETLINK",  # input devices
        ),
        "counter": Unit(
            part="counter",
            what="the site's queue, officers' console and TV board",
            command=process(motcua, "counter"),
            clock=True,  # running numbers are of a day
        ),
        "room": Unit(
            part="room",
            what="a conference room: camera, microphone, screen",
            command=process(motcua, "room"),
            unit=_OWN_SCREEN,
            service=_runtime("room") + "Nice=-5\n",
            addresses="AF_UNIX AF_INET AF_INET6 AF_NETLINK",  # candidates of every interface
        ),
    }
    return (_BROKER, _agent(motcua), *(known[part] for part in parts))


def _runtime(part: str) -> str:
    return f"RuntimeDirectory=motcua-{part}\nEnvironment=XDG_RUNTIME_DIR=/run/motcua-{part}\n"


def _agent(motcua: str) -> Unit:
    return Unit(
        part="agent",
        what="identity, settings and commands of the box",
        command=process(motcua, "agent"),
        capabilities="CAP_SYS_TIME",  # a box without a clock is set right by the gate
        addresses="AF_UNIX AF_INET AF_INET6 AF_NETLINK",  # the network's diagnosis
        service=f"ReadWritePaths={SETTINGS} -{STICKS}\n"
        "SupplementaryGroups=systemd-journal\n"
        "OOMScoreAdjust=-500\n",
    )


_BROKER = Unit(
    part="broker",
    what="the bus of the box, bridged to the province",
    command=f"/usr/sbin/mosquitto -c {STATE}/broker/mosquitto.conf",
    watchdog_s=0,  # mosquitto feeds none
    service="ExecReload=/bin/kill -HUP $MAINPID\nOOMScoreAdjust=-500\n",
)
