"""What the province asks of a box as a whole, and what comes back. Pure.

An `Order` arrives on `dn/agent/cmd` and is answered on `up/agent/reply`. It has a name of its own,
which is also its correlation: it is carried out once, however often it is asked and whatever
restarts meanwhile. Files do not come back over MQTT: the reply says what was put to the gate under
the order's name (`PUT /box/uploads/{order}`).
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Generic, TypeVar

import msgspec

from devices.board.messages import BoardLog, BoardUpdated, WatchdogHeld
from devices.contract.identity import NAME_PATTERN
from devices.contract.message import Command, Done, Message
from devices.messages import Kind, ReceiptPrinted

R = TypeVar("R", bound=Message)

OrderId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{24}\Z")]
ReleaseId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
PartName = Annotated[str, msgspec.Meta(pattern=NAME_PATTERN)]
Columns = Annotated[int, msgspec.Meta(ge=20, le=240)]
Lines = Annotated[int, msgspec.Meta(ge=5, le=100)]

LOGS_MOST_BYTES = 32 * 2**20
PICTURE_MOST_BYTES = 4 * 2**20
MOST_DEVICES = 16


class Order(Command[R], Generic[R], frozen=True, kw_only=True):
    """A command that is not begun after `not_after`, and never twice."""

    order: OrderId
    not_after: Moment


class Pong(Message, frozen=True, kw_only=True, tag="agent.pong"):
    """The agent hears. `at` is its clock."""

    at: Moment


class Ping(Command[Pong], frozen=True, kw_only=True, tag="agent.ping"):
    """Does the agent hear? Nothing is kept of it."""


class RestartPart(Order[Done], frozen=True, kw_only=True, tag="agent.restart_part"):
    """End a part (process) in order, and begin it anew."""

    part: PartName


class Reboot(Order[Done], frozen=True, kw_only=True, tag="agent.reboot"):
    """Restart the machine. The reply comes once it is up again."""


class DeviceOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What one device really did; `code` is why it could not be asked, empty when it could."""

    device: str
    passed: bool
    text: str
    code: str = ""


class BoxTested(Message, frozen=True, kw_only=True, tag="agent.tested"):
    """What every device of the box really did, in the order they were asked."""

    devices: tuple[DeviceOutcome, ...]

    @property
    def passed(self) -> bool:
        """Whether there was something to test, and all of it works."""
        return bool(self.devices) and all(outcome.passed for outcome in self.devices)


class TestBox(Order[BoxTested], frozen=True, kw_only=True, tag="agent.test"):
    """Exercise these devices, one after another; all that the box has when none is named."""

    __test__ = False

    devices: Annotated[tuple[Kind, ...], msgspec.Meta(max_length=MOST_DEVICES)] = ()


class BoxIdentified(Message, frozen=True, kw_only=True, tag="agent.identified"):
    """Where the box shows which one it is: lamps, a panel, a screen."""

    shown_by: tuple[str, ...]


class Identify(Order[BoxIdentified], frozen=True, kw_only=True, tag="agent.identify"):
    """Blink the lamps and the panel, and show the box's name on its screen, for a while."""

    seconds: Annotated[int, msgspec.Meta(ge=3, le=300)] = 30


class PrintTestPage(Order[ReceiptPrinted], frozen=True, kw_only=True, tag="agent.test_page"):
    """Print a page with the box's name, software and addresses."""


class FileSent(Message, frozen=True, kw_only=True, tag="agent.file_sent"):
    """A file was put to the gate, whole. `note` says what it lacks, and why."""

    size_bytes: int
    sha256: str
    note: str = ""


class Severity(StrEnum):
    """How bad a line of a log is, worst last."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class FetchLogs(Order[FileSent], frozen=True, kw_only=True, tag="agent.fetch_logs"):
    """Send the lines of these parts (all when none is named): JSON lines, gzip, newest first."""

    parts: Annotated[tuple[PartName, ...], msgspec.Meta(max_length=MOST_DEVICES)] = ()
    since: Moment
    until: Moment
    severity: Severity = Severity.INFO
    most_bytes: Annotated[int, msgspec.Meta(ge=2**18, le=LOGS_MOST_BYTES)] = LOGS_MOST_BYTES // 4


class TakeScreenshot(Order[FileSent], frozen=True, kw_only=True, tag="agent.screenshot"):
    """Send what stands on the kiosk's glass; a dark card while it shows anything of a citizen."""


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """An address of an interface: `address` with its prefix length."""

    interface: str
    address: str
    mtu_bytes: int
    up: bool


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """How one place is reached: milliseconds; None for a step that was not reached or is not due.

    `text` says where it ended, empty when all is well. `loss` is the share of the questions that
    were not answered, `round_trip_ms` the middle one of the answers.
    """

    target: str
    resolve_ms: float | None = None
    connect_ms: float | None = None
    tls_ms: float | None = None
    round_trip_ms: float | None = None
    worst_ms: float | None = None
    loss: float | None = None
    text: str = ""


class Diagnosis(Message, frozen=True, kw_only=True, tag="agent.diagnosis"):
    """The box's way to the province. `clock_offset_ms` is the gate's clock less the box's."""

    addresses: tuple[Address, ...]
    gateways: tuple[str, ...]
    name_servers: tuple[str, ...]
    broker: Probe
    gate: Probe
    line_up: bool | None = None
    clock_offset_ms: float | None = None


class Diagnose(Order[Diagnosis], frozen=True, kw_only=True, tag="agent.diagnose"):
    """Look at the network from the box's side."""


class ShellOpened(Message, frozen=True, kw_only=True, tag="agent.shell_opened"):
    """A terminal has begun; its bytes go over the gate under the order's name."""

    user: str


class OpenShell(Order[ShellOpened], frozen=True, kw_only=True, tag="agent.open_shell"):
    """Begin a terminal for so many minutes, if the box's own configuration allows it."""

    minutes: Annotated[int, msgspec.Meta(ge=1, le=60)]
    columns: Columns = 100
    lines: Lines = 30


class InstallFirmware(Order[BoardUpdated], frozen=True, kw_only=True, tag="agent.board_update"):
    """Bring the box's board to a release, fetched from the gate under the order's name.

    `GET /box/firmware/{order}/manifest` and `.../image`, in ranges.
    """

    release: ReleaseId


class PauseWatchdog(Order[WatchdogHeld], frozen=True, kw_only=True, tag="agent.board_hold"):
    """Let the board's watchdog over the box hold still for so long; 0 ends it."""

    minutes: Annotated[int, msgspec.Meta(ge=0, le=60)]


class FetchBoardLog(Order[BoardLog], frozen=True, kw_only=True, tag="agent.board_log"):
    """Read the board's log."""


class BeginBoardAnew(Order[Done], frozen=True, kw_only=True, tag="agent.board_restart"):
    """Restart the board, not the box."""


AnyOrder = (
    RestartPart
    | Reboot
    | TestBox
    | Identify
    | PrintTestPage
    | FetchLogs
    | TakeScreenshot
    | Diagnose
    | OpenShell
    | InstallFirmware
    | PauseWatchdog
    | FetchBoardLog
    | BeginBoardAnew
)
"""What the controller keeps in its table, and the agent in its book."""
