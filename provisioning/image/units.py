"""The systemd units of a box's processes (systemd.unit(5), systemd.exec(5)). Pure."""

from dataclasses import dataclass
from typing import Protocol

from provisioning.image.users import (
    AGENT,
    AGENT_STATE,
    BROKER,
    BROKER_FILE,
    BROKER_STATE,
    FIRMWARE,
    KEY_READERS,
    SETTINGS,
    SHELL,
    SHELL_SOCKET,
    SHELL_STATE,
    STATE,
    STICKS,
    USER,
)

_LAID_DOWN = "# laid down by `motcua install`, which writes it anew; own lines go into a drop-in\n"
_HARDENED = """\
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
ProtectProc=invisible
PrivateTmp=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectHostname=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
UMask=0027
"""
_NO_HARDWARE = "PrivateDevices=yes\nDevicePolicy=closed\n"
_CALLS = "SystemCallFilter=@system-service\nSystemCallErrorNumber=EPERM\n"
_CALLS_AND_CLOCK = "SystemCallFilter=@system-service @clock\nSystemCallErrorNumber=EPERM\n"
# By the kernel's names (/proc/devices), whose drivers are loaded at the start (users.MODULES):
# a node that is not there yet could not be named.
_HARDWARE = "DevicePolicy=closed\n" + "".join(
    f"DeviceAllow={kind} rw\n"
    for kind in (
        "char-usb",  # /dev/usb/lp*
        "char-ttyUSB",
        "char-ttyACM",
        "char-ttyAMA",
        "char-ttyS",
        "char-input",
        "char-video4linux",
        "char-alsa",
        "char-gpiochip",
    )
)
# What a killed process left of a citizen's papers is overwritten by the next one, so it is kept
# for it; and none of it is ever swapped to the disk.
_SCANS_STAY_IN_MEMORY = (
    "RuntimeDirectoryMode=0700\nRuntimeDirectoryPreserve=restart\nMemorySwapMax=0\n"
)
_OWN_SCREEN = "Conflicts=getty@tty1.service\nAfter=getty@tty1.service\n"
_SESSION_S = 65 * 60  # no terminal is asked for longer than an hour


class Unit(Protocol):
    """A unit's file: what it is called, what it says, and what it is started with."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def text(self) -> str:
        """What it says."""
        ...

    @property
    def wanted_by(self) -> str:
        """The target that starts it; empty for one that is started by another unit of ours."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One process of a box, for ever.

    A process that a bug or a power cut ended comes back after 2 s: nobody is there to give up for.
    A refused configuration (78) waits for a better one, which the agent or a technician starts.

    `state` is the one directory it may write besides what `service` adds. `clock` waits for a time
    that somebody vouches for, where there is somebody. `unit` and `service` are further lines of
    those sections.
    """

    part: str
    what: str
    command: str
    user: str = USER
    state: str = STATE
    type: str = "notify"
    watchdog_s: int = 30
    clock: bool = False
    capabilities: str = ""
    addresses: str = "AF_UNIX AF_INET AF_INET6"
    unit: str = ""
    service: str = ""
    wanted_by: str = "multi-user.target"

    @property
    def name(self) -> str:
        """The unit's name."""
        return f"motcua-{self.part}.service"

    @property
    def text(self) -> str:
        """The unit's file."""
        needs_broker = self.part != "broker"
        after = ["network.target"]
        after += ["motcua-broker.service"] if needs_broker else []
        after += ["time-sync.target"] if self.clock else []
        watchdog = f"WatchdogSec={self.watchdog_s}\n" if self.watchdog_s else ""
        return (
            f"{_LAID_DOWN}"
            "[Unit]\n"
            f"Description=motcua: {self.what}\n"
            f"After={' '.join(after)}\n"
            f"{'Wants=motcua-broker.service' + chr(10) if needs_broker else ''}"
            "StartLimitIntervalSec=0\n"
            f"{self.unit}"
            "\n[Service]\n"
            f"Type={self.type}\n"
            f"ExecStart={self.command}\n"
            f"User={self.user}\n"
            f"Group={self.user}\n"
            f"WorkingDirectory={self.state}\n"
            f"ReadWritePaths={self.state}\n"  # made by tmpfiles.d, which says whose it is
            f"{watchdog}"
            "Restart=always\n"
            "RestartSec=2\n"
            "RestartPreventExitStatus=78\n"
            "TimeoutStopSec=20\n"
            f"{_HARDENED}"
            f"RestrictAddressFamilies={self.addresses}\n"
            f"CapabilityBoundingSet={self.capabilities}\n"
            f"AmbientCapabilities={self.capabilities}\n"
            f"{'ProtectClock=yes' + chr(10) if 'CAP_SYS_TIME' not in self.capabilities else ''}"
            f"{self.service}"
            "\n[Install]\n"
            f"WantedBy={self.wanted_by}\n"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A unit of another kind, written out."""

    name: str
    content: str
    wanted_by: str = ""

    @property
    def text(self) -> str:
        """The unit's file."""
        return _LAID_DOWN + self.content


def process(motcua: str, part: str) -> str:
    """Return the command line of one of our own processes."""
    return f"{motcua} {part} --config {SETTINGS}/{part}.toml"


def units_of(parts: tuple[str, ...], motcua: str) -> tuple[Unit, ...]:
    """Return the units of a box with these parts: broker, agent and its terminals beside them."""
    known = {
        "devices": Service(
            part="devices",
            what="printer, scanner, panel, loudspeaker, camera, buttons",
            command=process(motcua, "devices"),
            addresses="AF_UNIX AF_INET AF_INET6 AF_NETLINK",  # hot-plugged devices
            service=_runtime("devices") + _SCANS_STAY_IN_MEMORY + _HARDWARE + _CALLS,
        ),
        "kiosk": Service(
            part="kiosk",
            what="the touchscreen",
            command=process(motcua, "kiosk"),
            unit=_OWN_SCREEN,
            service=_runtime("kiosk"),
            addresses="AF_UNIX AF_INET AF_INET6 AF_NETLINK",  # input devices
        ),
        "counter": Service(
            part="counter",
            what="the site's queue, officers' console and TV board",
            command=process(motcua, "counter"),
            clock=True,  # running numbers are of a day
            # a restart keeps the key of waiting drafts, a power loss does not
            service=_NO_HARDWARE + _CALLS + _runtime("counter") + "RuntimeDirectoryPreserve=yes\n",
        ),
        "register": Service(
            part="register",
            what="the commune's own register of dossiers",
            command=process(motcua, "register"),
            clock=True,  # running numbers and due dates are of a day
            service=_NO_HARDWARE + _CALLS,
        ),
        "room": Service(
            part="room",
            what="a conference room: camera, microphone, screen",
            command=process(motcua, "room"),
            unit=_OWN_SCREEN,
            service=f"{_runtime('room')}Nice=-5\n"
            f"SupplementaryGroups={KEY_READERS}\n",  # the conference asks for the box's certificate
            addresses="AF_UNIX AF_INET AF_INET6 AF_NETLINK",  # candidates of every interface
        ),
    }
    return (_BROKER, _agent(motcua), *_terminals(motcua), *(known[part] for part in parts))


def _runtime(part: str) -> str:
    return f"RuntimeDirectory=motcua-{part}\nEnvironment=XDG_RUNTIME_DIR=/run/motcua-{part}\n"


def _agent(motcua: str) -> Unit:
    return Service(
        part="agent",
        what="identity, settings and commands of the box",
        command=process(motcua, "agent"),
        user=AGENT,
        state=AGENT_STATE,
        capabilities="CAP_SYS_TIME",  # a box without a clock is set right by the gate
        addresses="AF_UNIX AF_INET AF_INET6 AF_NETLINK",  # the network's diagnosis
        service=f"ReadWritePaths={SETTINGS} {FIRMWARE} -{STICKS}\n"
        "SupplementaryGroups=systemd-journal\n"
        "OOMScoreAdjust=-500\n" + _NO_HARDWARE + _CALLS_AND_CLOCK,
    )


def _terminals(motcua: str) -> tuple[Unit, ...]:
    """Return who gives a technician a terminal, to the agent alone: a user who owns nothing."""
    return (
        Written(
            name="motcua-shell.socket",
            wanted_by="sockets.target",
            content=f"""\
[Unit]
Description=motcua: asks for a technician's terminal

[Socket]
ListenStream={SHELL_SOCKET}
SocketUser={AGENT}
SocketMode=0600
Accept=yes
MaxConnections=4

[Install]
WantedBy=sockets.target
""",
        ),
        Written(
            name="motcua-shell@.service",
            content=f"""\
[Unit]
Description=motcua: a technician's terminal
CollectMode=inactive-or-failed

[Service]
ExecStart={motcua} terminal
User={SHELL}
Group={SHELL}
SupplementaryGroups=systemd-journal
WorkingDirectory={SHELL_STATE}
ReadWritePaths={SHELL_STATE}
StandardInput=socket
StandardOutput=journal
StandardError=journal
RuntimeMaxSec={_SESSION_S}
TimeoutStopSec=5
TasksMax=128
{_HARDENED}RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
CapabilityBoundingSet=
ProtectClock=yes
{_NO_HARDWARE}{_CALLS}""",
        ),
    )


_BROKER = Service(
    part="broker",
    what="the bus of the box, bridged to the province",
    command=f"/usr/sbin/mosquitto -c {BROKER_FILE}",
    user=BROKER,  # it reads the box's key by its group, when it starts
    state=BROKER_STATE,
    watchdog_s=0,  # mosquitto feeds none
    service="ExecReload=/bin/kill -HUP $MAINPID\nOOMScoreAdjust=-500\n"
    "MemoryDenyWriteExecute=yes\n" + _NO_HARDWARE + _CALLS,
)
