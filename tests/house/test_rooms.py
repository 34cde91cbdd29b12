"""The rooms of docs/architecture.md: what may be imported where."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

FLOORS = ("firmware_bridge", "devices", "vc", "kiosk", "provisioning")
PURE = (
    "firmware_bridge/cobs.py",
    "firmware_bridge/link.py",
    "firmware_bridge/frames.py",
    "firmware_bridge/update/smp_frames.py",
    "firmware_bridge/firmware/contacts.py",
    "firmware_bridge/firmware/events.py",
    "firmware_bridge/firmware/fan.py",
    "firmware_bridge/firmware/lamps.py",
    "firmware_bridge/firmware/log.py",
    "firmware_bridge/firmware/max7219.py",
    "firmware_bridge/firmware/panel.py",
    "firmware_bridge/firmware/service.py",
    "firmware_bridge/firmware/watchdog.py",
    "devices/contract",
    "devices/board/facts.py",
    "devices/board/fresh.py",
    "devices/board/messages.py",
    "devices/board/telling.py",
    "devices/board/vigil.py",
    "devices/camera/paper.py",
    "devices/camera/quads.py",
    "devices/camera/steady.py",
    "devices/chip/apdu.py",
    "devices/chip/bac.py",
    "devices/chip/card_messaging.py",
    "devices/chip/cms.py",
    "devices/chip/curves.py",
    "devices/chip/keys.py",
    "devices/chip/lds.py",
    "devices/chip/messages.py",
    "devices/chip/mrz.py",
    "devices/chip/pace.py",
    "devices/chip/passive.py",
    "devices/chip/reading.py",
    "devices/chip/secure_messaging.py",
    "devices/chip/telling.py",
    "devices/chip/tlv.py",
    "devices/chip/words.py",
    "devices/receipt.py",
    "devices/display/digits.py",
    "devices/panel_io/presses.py",
    "devices/rs485/frames.py",
    "devices/rs485/pace.py",
    "devices/rs485/rounds.py",
    "devices/rs485/settings.py",
    "devices/papers/document.py",
    "devices/scan/errors.py",
    "devices/scan/messages.py",
    "devices/scan/settings.py",
    "vc/helping.py",
    "vc/server/help/rules.py",
    "vc/state.py",
    "vc/acts.py",
    "vc/messages.py",
    "vc/server/conference",
    "vc/engine/focus/video_haste.py",
    "vc/endpoint/happenings.py",
    "vc/endpoint/room.py",
    "vc/endpoint/presses.py",
    "vc/endpoint/panels.py",
    "vc/endpoint/view.py",
    "vc/endpoint/texts.py",
    "vc/rtp/sdp.py",
    "vc/rtp/negotiation.py",
    "vc/rtp/rtcp.py",
    "vc/rtp/receive.py",
    "vc/rtp/media.py",
    "vc/server/minutes/account.py",
    "vc/server/minutes/document.py",
    "vc/media/audio_delay.py",
    "vc/media/audio_jitter.py",
    "vc/media/keyframes.py",
    "vc/media/levels.py",
    "vc/media/mix.py",
    "vc/media/phase.py",
    "vc/media/quality.py",
    "vc/media/sync.py",
    "vc/media/timecode.py",
    "kiosk/domain",
    "kiosk/backoffice/dates.py",
    "kiosk/backoffice/notices.py",
    "kiosk/backoffice/open311_reading.py",
    "kiosk/catalogue/procedure.py",
    "kiosk/catalogue/catalogue.py",
    "kiosk/catalogue/portal.py",
    "kiosk/catalogue/search.py",
    "kiosk/catalogue/vocabulary.py",
    "kiosk/catalogue/words.py",
    "kiosk/counter/appointments/rules.py",
    "kiosk/counter/dossiers/telling.py",
    "kiosk/counter/drafts/face.py",
    "kiosk/counter/feedback/export.py",
    "kiosk/counter/feedback/face.py",
    "kiosk/counter/feedback/telling.py",
    "kiosk/counter/facing/showing.py",
    "kiosk/counter/facing/tickets.py",
    "kiosk/counter/fees/face.py",
    "kiosk/counter/head/view.py",
    "kiosk/counter/office/health.py",
    "kiosk/counter/reasons.py",
    "kiosk/counter/signs.py",
    "kiosk/counter/totals/figures.py",
    "kiosk/counter/totals/sheet.py",
    "kiosk/papers",
    "kiosk/receipt.py",
    "kiosk/register/dossiers/acts.py",
    "kiosk/register/dossiers/forms.py",
    "kiosk/register/dossiers/rows.py",
    "kiosk/register/dossiers/views.py",
    "kiosk/register/dossiers/words.py",
    "kiosk/register/dossiers/written.py",
    "kiosk/ui/facts.py",
    "kiosk/ui/flows/flow.py",
    "kiosk/ui/keyboard",
    "kiosk/ui/moves.py",
    "kiosk/ui/panel.py",
    "kiosk/ui/view.py",
    "kiosk/ui/session.py",
    "kiosk/ui/signs.py",
    "kiosk/ui/speech/digits.py",
    "kiosk/ui/speech/narrator.py",
    "kiosk/ui/speech/reading.py",
    "kiosk/ui/speech/texts.py",
    "kiosk/ui/languages/words.py",
    "provisioning/controller/fleet.py",
    "provisioning/controller/branches.py",
    "provisioning/controller/dotmap.py",
    "provisioning/controller/drawn.py",
    "provisioning/controller/history/samples.py",
    "provisioning/controller/history/plot.py",
    "provisioning/controller/alerts/alert.py",
    "provisioning/controller/alerts/areas.py",
    "provisioning/controller/alerts/readings.py",
    "provisioning/controller/alerts/rules.py",
    "provisioning/controller/alerts/watch.py",
    "provisioning/controller/reports/month.py",
    "provisioning/controller/reports/facts.py",
    "provisioning/controller/rights.py",
    "provisioning/controller/accounts/chain.py",
    "provisioning/controller/accounts/records.py",
    "provisioning/controller/registry/records.py",
    "provisioning/desired.py",
    "provisioning/agent/matters.py",
    "provisioning/agent/enrolment/moment.py",
    "provisioning/image/units.py",
    "provisioning/boards/words.py",
    "provisioning/commands.py",
    "provisioning/controller/remote/records.py",
    "provisioning/controller/remote/asks.py",
    "provisioning/controller/settings/merge.py",
    "provisioning/agent/settings/judging.py",
    "provisioning/claims.py",
    "provisioning/stick.py",
    "provisioning/organisation",
)
UNCLEAN = {"asyncio", "socket", "sqlite3", "sqlalchemy", "subprocess", "threading", "kivy", "httpx"}
UNCLEAN |= {"os", "pathlib", "cv2", "PIL", "aiomqtt", "paho", "litestar", "random"}
ONLY_IN = {
    "kivy": ("kiosk/ui/", "vc/endpoint/screen/", "devices/window/"),
    "aiomqtt": ("devices/runtime/mqtt_bus.py",),
    "paho": ("devices/runtime/mqtt_bus.py", "provisioning/controller/paho_reader.py"),
    "sqlalchemy": ("provisioning/controller/",),
    "serial": ("devices/printer/", "devices/scanner/serial.py", "firmware_bridge/serial_link.py"),
    "smp": ("firmware_bridge/update/",),
    "smpclient": ("firmware_bridge/update/",),
    "cbor2": ("firmware_bridge/update/mcumgr.py",),
    "evdev": ("devices/scanner/hid.py",),
    "smartcard": ("devices/chip/pcsc.py",),
    "gpiozero": ("devices/panel_io/gpio.py",),
    "zxingcpp": ("devices/scanner/decode.py",),
    "aiortc": ("vc/rtp/aiortc_edge.py",),
    "aioice": ("vc/rtp/aiortc_edge.py",),
    "pylibsrtp": ("vc/rtp/aiortc_edge.py",),
    "pywebrtc_audio": ("vc/endpoint/sound/",),
    "odfdo": ("devices/papers/", "provisioning/controller/reports/workbook.py"),
    "xlsxwriter": ("provisioning/controller/reports/workbook.py",),
    "reportlab": ("devices/papers/",),
    "pyzbar": ("devices/scanner/decode.py",),
    "argon2": ("provisioning/controller/accounts/passwords.py",),
    "pyotp": ("provisioning/controller/accounts/second_factor.py",),
    "img2pdf": ("devices/scan/binding.py",),
    "pypdfium2": ("vc/server/papers.py", "kiosk/counter/drafts/pages.py"),
    "pymodbus": ("devices/rs485/frames.py",),
    "pyte": ("provisioning/controller/remote/terminal.py",),
}
LATE = {"serial", "evdev", "gpiozero", "smartcard", "cv2", "pyzbar", "termios", "zxingcpp"}
LATE |= {"iotcore", "selenium"}  # extras: absent where they are not needed
LATE |= {"img2pdf"}  # with pikepdf 14 MB, only where papers are scanned
LATE |= {"kivy"}  # reads its settings when it is imported
LATE_FILES = (
    "provisioning/cli.py",
    "kiosk/ui/main.py",
    "vc/endpoint/main.py",
    "devices/board/mcuboot.py",  # most boxes have no such board, and spare 15 MB
    "firmware_bridge/firmware/hardware.py",  # a Pico has no room for the other board
    "firmware_bridge/firmware/main.py",  # it imports what it has mounted
)


def sources(*places: str) -> Iterator[Path]:
    for place in places:
        path = Path(place)
        yield from [path] if path.suffix else sorted(path.rglob("*.py"))


def imports(tree: ast.AST) -> set[str]:
    """Return the top names of everything imported anywhere in the tree."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


@cache  # a file is read once for all tests
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imported(path: Path) -> frozenset[str]:
    return frozenset(imports(parsed(path)))


@pytest.mark.parametrize("room", PURE)
def test_a_pure_room_touches_nothing_outside(room: str) -> None:
    files = list(sources(room))
    assert files, f"{room} is gone: docs/architecture.md names it"
    dirty = {str(path): imported(path) & UNCLEAN for path in files}
    assert {path: names for path, names in dirty.items() if names} == {}


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_imported_only_where_it_lives(library: str) -> None:
    users = {str(path) for path in sources(*FLOORS) if library in imported(path)}
    assert users, f"nobody imports {library}"
    assert {user for user in users if not user.startswith(ONLY_IN[library])} == set()


def test_only_hardware_is_imported_late() -> None:
    """An import inside a function hides a circle, unless it spares a laptop the hardware."""
    late: dict[str, set[str]] = {}
    for path in sources(*FLOORS):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.If):
                inner = imports(node)
                if inner - LATE and str(path) not in LATE_FILES:
                    late.setdefault(str(path), set()).update(inner - LATE)
    assert late == {}


def test_nobody_waits_with_a_call_that_swallows_cancellation() -> None:
    """`asyncio.wait_for` does on Python 3.11, when the answer comes in the same moment."""
    users = [
        str(path)
        for path in sources(*FLOORS)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "asyncio.wait_for"
    ]
    assert users == []


def test_only_roots_read_the_environment() -> None:
    readers = {
        str(path)
        for path in sources(*FLOORS)
        if any(
            isinstance(node, ast.Attribute)
            and node.attr in ("environ", "argv")
            and isinstance(node.value, ast.Name)
            and node.value.id in ("os", "sys")
            for node in ast.walk(parsed(path))
        )
    }
    roots = {path for path in readers if path.endswith(("main.py", "cli.py", "__main__.py"))}
    own_roots = {
        "vc/engine/focus/rtp.py",  # a process of the engine
        "devices/runtime/process.py",  # systemd's watchdog
        "devices/window/kivy_settings.py",  # Kivy is configured by its environment
        "provisioning/demo/embedded.py",  # a process of its own
        "provisioning/demo/conference/sites.py",  # the same
        "vc/engine/focus/audio.py",  # a process of its own
        "vc/engine/focus/video.py",  # a process of its own
    }
    assert readers - roots <= own_roots
