"""What a person may ask of a box: bodies of the API and fields of the page's forms. Pure."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Protocol

import msgspec

from devices.contract.errors import BadPayloadError
from devices.messages import Kind
from provisioning.commands import (
    MOST_DEVICES,
    BeginBoardAnew,
    Diagnose,
    FetchBoardLog,
    FetchLogs,
    Identify,
    InstallFirmware,
    OpenShell,
    Order,
    PartName,
    PauseWatchdog,
    PrintTestPage,
    Reboot,
    ReleaseId,
    RestartPart,
    Severity,
    TakeScreenshot,
    TestBox,
)
from provisioning.controller.rights import Right


class Form(Protocol):
    """What a page's form sent."""

    def one(self, name: str) -> str:
        """Return the field's first value, empty when it was not sent."""
        ...

    def all(self, name: str) -> list[str]:
        """Return the field's values."""
        ...


_FIELDS = ("reason", "part", "seconds", "hours", "minutes", "severity", "release")
_LISTS = ("parts", "devices")
_BEGUN_WITHIN_S = 15.0
_HOUR_S = 3600.0


class Ask(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="what"):
    """Base of what is asked. The reason is kept with it."""

    reason: Annotated[str, msgspec.Meta(max_length=300)] = ""


class AskRestart(Ask, frozen=True, kw_only=True, tag="restart"):
    """Restart a part; when the box comes back, within the hour."""

    part: PartName


class AskReboot(Ask, frozen=True, kw_only=True, tag="reboot"):
    """Restart the machine; when the box comes back, within the hour."""


class AskTest(Ask, frozen=True, kw_only=True, tag="test"):
    """Exercise devices, all when none is named."""

    devices: Annotated[tuple[Kind, ...], msgspec.Meta(max_length=MOST_DEVICES)] = ()


class AskIdentify(Ask, frozen=True, kw_only=True, tag="identify"):
    """Have the box show which one it is."""

    seconds: Annotated[int, msgspec.Meta(ge=3, le=300)] = 30


class AskTestPage(Ask, frozen=True, kw_only=True, tag="test_page"):
    """Print a test page."""


class AskLogs(Ask, frozen=True, kw_only=True, tag="logs"):
    """Fetch the logs of the last hours; when the box comes back, within a day."""

    hours: Annotated[int, msgspec.Meta(ge=1, le=24 * 31)] = 1
    parts: Annotated[tuple[PartName, ...], msgspec.Meta(max_length=MOST_DEVICES)] = ()
    severity: Severity = Severity.INFO


class AskScreenshot(Ask, frozen=True, kw_only=True, tag="screenshot"):
    """Take a picture of the kiosk's glass."""


class AskDiagnosis(Ask, frozen=True, kw_only=True, tag="diagnosis"):
    """Look at the network from the box's side."""


class AskShell(Ask, frozen=True, kw_only=True, tag="shell"):
    """Open a terminal; the reason is demanded."""

    reason: Annotated[str, msgspec.Meta(min_length=8, max_length=300)]
    minutes: Annotated[int, msgspec.Meta(ge=1, le=60)] = 15


class AskBoardUpdate(Ask, frozen=True, kw_only=True, tag="board_update"):
    """Bring the box's board to a release; when the box comes back, within a day."""

    release: ReleaseId


class AskBoardHold(Ask, frozen=True, kw_only=True, tag="board_hold"):
    """Let the board's watchdog over the box hold still; 0 ends it."""

    minutes: Annotated[int, msgspec.Meta(ge=0, le=60)] = 30


class AskBoardLog(Ask, frozen=True, kw_only=True, tag="board_log"):
    """Read the board's log."""


class AskBoardRestart(Ask, frozen=True, kw_only=True, tag="board_restart"):
    """Restart the board, not the box."""


AnyAsk = (
    AskRestart
    | AskReboot
    | AskTest
    | AskIdentify
    | AskTestPage
    | AskLogs
    | AskScreenshot
    | AskDiagnosis
    | AskShell
    | AskBoardUpdate
    | AskBoardHold
    | AskBoardLog
    | AskBoardRestart
)


class Manner(msgspec.Struct, frozen=True):
    """How an order is carried out: begun and then answered within so many seconds.

    One that `keeps` waits for a box that is away.
    """

    begun_within_s: float
    answered_within_s: float
    keeps: bool = False


_MANNERS: dict[type[Ask], Manner] = {
    AskRestart: Manner(_HOUR_S, 180.0, keeps=True),
    AskReboot: Manner(_HOUR_S, 900.0, keeps=True),
    AskLogs: Manner(24 * _HOUR_S, 2400.0, keeps=True),
    AskTest: Manner(_BEGUN_WITHIN_S, 400.0),
    AskIdentify: Manner(_BEGUN_WITHIN_S, 20.0),
    AskTestPage: Manner(_BEGUN_WITHIN_S, 120.0),
    AskScreenshot: Manner(_BEGUN_WITHIN_S, 180.0),
    AskDiagnosis: Manner(_BEGUN_WITHIN_S, 120.0),
    AskShell: Manner(_BEGUN_WITHIN_S, 30.0),
    AskBoardUpdate: Manner(24 * _HOUR_S, 14 * _HOUR_S, keeps=True),  # the box ends it sooner
    AskBoardHold: Manner(_BEGUN_WITHIN_S, 20.0),
    AskBoardLog: Manner(_BEGUN_WITHIN_S, 20.0),
    AskBoardRestart: Manner(_BEGUN_WITHIN_S, 60.0),
}


_PLAIN: dict[type[Ask], type[Order[Any]]] = {
    AskReboot: Reboot,
    AskTestPage: PrintTestPage,
    AskScreenshot: TakeScreenshot,
    AskDiagnosis: Diagnose,
    AskBoardLog: FetchBoardLog,
    AskBoardRestart: BeginBoardAnew,
}
"""The orders that say nothing but their name."""


def manner_of(ask: AnyAsk) -> Manner:
    """Return how what is asked is carried out."""
    return _MANNERS[type(ask)]


def right_for(ask: AnyAsk) -> Right:
    """Return the right that asking this needs at the box."""
    provisions = isinstance(ask, AskShell | AskBoardUpdate)
    return Right.PROVISION if provisions else Right.OPERATE


def order_of(ask: AnyAsk, name: str, now: datetime, not_after: datetime) -> Order[Any]:
    """Return the order asked for."""
    made: Order[Any]
    match ask:
        case AskRestart(part=part):
            made = RestartPart(order=name, not_after=not_after, part=part)
        case AskTest(devices=devices):
            made = TestBox(order=name, not_after=not_after, devices=devices)
        case AskIdentify(seconds=seconds):
            made = Identify(order=name, not_after=not_after, seconds=seconds)
        case AskLogs():
            made = FetchLogs(
                order=name,
                not_after=not_after,
                parts=ask.parts,
                since=now - timedelta(hours=ask.hours),
                until=not_after,
                severity=ask.severity,
            )
        case AskShell(minutes=minutes):
            made = OpenShell(order=name, not_after=not_after, minutes=minutes)
        case AskBoardUpdate(release=release):
            made = InstallFirmware(order=name, not_after=not_after, release=release)
        case AskBoardHold(minutes=minutes):
            made = PauseWatchdog(order=name, not_after=not_after, minutes=minutes)
        case _:
            made = _PLAIN[type(ask)](order=name, not_after=not_after)
    return made


def of_form(what: str, form: Form) -> AnyAsk:
    """Return what a form asks for; raises BadPayloadError.

    An empty field is one that was not filled in; `parts` and `devices` may come several times.
    """
    given: dict[str, Any] = {name: form.one(name).strip() for name in _FIELDS}
    given |= {name: [value for value in form.all(name) if value] for name in _LISTS}
    known = {name: value for name, value in given.items() if value}
    try:
        ask: AnyAsk = msgspec.convert(known | {"what": what}, AnyAsk, strict=False)
    except msgspec.ValidationError as error:
        raise BadPayloadError(str(error)) from error
    return ask
