"""docs/asyncapi.yaml: the bus as an AsyncAPI 3 document, written from the structs themselves.

`python -m tests.house.bus_document docs/asyncapi.yaml` writes it; a test holds the file against
the structs, and every example in it against both the structs and the schemas.
"""

import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import msgspec
import yaml

from devices.board.messages import (
    AnyBoardEvent,
    BoardButtonPressed,
    BoardEventsLost,
    BoardLog,
    BoardPaperChanged,
    BoardRestarted,
    BoardUpdated,
    BoxPowerCycled,
    HoldWatchdog,
    ReadBoardLog,
    RestartBoard,
    SwitchChanged,
    UpdateBoard,
    WatchdogHeld,
)
from devices.camera.paper import Flaw, PaperFormat
from devices.chip.messages import (
    CardPlaced,
    CardTaken,
    ChipFields,
    ChipProgress,
    ChipRead,
    Face,
    ForgetChip,
    Opened,
    Proof,
    ReadChip,
    Zone,
)
from devices.chip.words import PROVES
from devices.contract.identity import (
    AGENT,
    BRIDGE,
    CONFERENCE,
    COUNTER,
    DEVICES,
    KIOSK,
    ROOM,
    BoxId,
    Part,
)
from devices.contract.message import (
    Connection,
    Description,
    DeviceReport,
    Done,
    Health,
    JournalAck,
    JournalEntry,
    LinkState,
    Message,
    PartStatus,
    Refused,
    encode,
)
from devices.contract.topics import PartTopics
from devices.device import SelfTest
from devices.messages import (
    ButtonPressed,
    DeviceTested,
    Identified,
    IdentifyBox,
    IdentityCard,
    Kind,
    LampState,
    PrintReceipt,
    ReceiptPrinted,
    RotateOnPanel,
    Said,
    Say,
    ScanKind,
    Scanned,
    SetLamp,
    ShowOnPanel,
    TestDevice,
)
from devices.receipt import Columns, Gap, Item, Qr, Receipt, Rule, Size, Text
from devices.scan.messages import (
    CapturePage,
    Crop,
    DropPage,
    FinishScan,
    PageCaptured,
    PagePreviewed,
    PreviewPage,
    ScanFinished,
    WipeScan,
)
from devices.speaker.aloud import Hush, ReadAloud
from kiosk import commands as glass
from kiosk import messages as kiosk
from provisioning import commands as fleet
from provisioning.controller.stored import EventsStored
from provisioning.desired import Desired, Property, Reported
from vc import acts
from vc import messages as vc
from vc.state import (
    AgendaItem,
    ConferencePlan,
    ConferenceState,
    Delegate,
    Floor,
    Line,
    Member,
    Phase,
    RequestStatus,
    Site,
    SpeechRequest,
)

Yaml = dict[str, Any]
_REF = "#/components/schemas/{name}"
_AT = datetime(2026, 11, 23, 1, 15, tzinfo=UTC)
_DAY = date(2026, 11, 23)
_TICKET: dict[str, Any] = {
    "ticket": "3f1c2a",
    "number": "A007",
    "day": _DAY,
    "service": "ho-tich",
}
_DRAFT: dict[str, Any] = {
    "draft": "TAM-GIOLINH1-261123-0007",
    "service": "ho-tich",
    "procedure": "1.001193",
}
_PRESS: dict[str, Any] = {"board": "e6614c311b4d8a2f", "boot": 57, "event": 12}

EVENTS: tuple[Message, ...] = (
    kiosk.TicketIssued(
        **_TICKET, kiosk="gio-linh-1", priority_class="nguoi_cao_tuoi", language="vi"
    ),
    kiosk.TicketPrinted(**_TICKET),
    kiosk.TicketCalled(**_TICKET, counter="2", waited_s=540.0),
    kiosk.TicketRecalled(**_TICKET, counter="2"),
    kiosk.TicketServed(**_TICKET, counter="2", served_s=312.5),
    kiosk.TicketMissed(**_TICKET, counter="2"),
    kiosk.TicketHeld(**_TICKET, counter="2", reason="thieu-giay-to"),
    kiosk.TicketResumed(**_TICKET, counter="2"),
    kiosk.TicketTransferred(
        **_TICKET,
        counter="2",
        to_service="dat-dai",
        to_counter="3",
        note="da-xem-giay-to",
    ),
    kiosk.TicketReclassified(**_TICKET, counter="", priority_class="thuong", by="head"),
    kiosk.TicketExpired(**_TICKET),
    kiosk.TicketRated(**_TICKET, value=3, scale=3),
    kiosk.CounterPaused(counter="2", at=_AT, reason="nghi-trua", back_at=_AT + timedelta(hours=2)),
    kiosk.CounterResumed(counter="2", at=_AT),
    kiosk.FeedbackReceived(feedback="pakn-2026-118", due=date(2026, 12, 7)),
    kiosk.FeedbackRated(feedback="pakn-2026-118", value=3, scale=3),
    kiosk.FeedbackAnswered(feedback="pakn-2026-118", due=date(2026, 12, 7), on=date(2026, 12, 2)),
    kiosk.DraftReceived(**_DRAFT, kiosk="gio-linh-1", ticket="3f1c2a", papers=2),
    kiosk.DraftOpened(**_DRAFT, counter="2"),
    kiosk.DraftAccepted(**_DRAFT, counter="2", sent_on=True),
    kiosk.DraftDropped(**_DRAFT, counter="2", reason="not_needed"),
    kiosk.DraftExpired(**_DRAFT),
    kiosk.HandedOff(service="ho-tich", to="dich-vu-cong-quoc-gia"),
    vc.ConferenceStarted(conference="giao-ban", sites=10),
    vc.SiteJoined(conference="giao-ban", member="gio-linh"),
    vc.SiteLeft(conference="giao-ban", member="gio-linh", expected=False),
    vc.FloorGiven(conference="giao-ban", member="gio-linh", delegate="gio-linh-1"),
    vc.FloorEnded(conference="giao-ban", member="gio-linh", spoke_s=184.5),
    vc.BallotClosed(conference="giao-ban", ballot="nghi-quyet", counts=(17, 1, 0), eligible=20),
    vc.LineAlarm(conference="giao-ban", member="gio-linh", line=Line.BAD, code="line.loss"),
    vc.ConferenceEnded(conference="giao-ban", lasted_s=5400.0),
    BoardButtonPressed(**_PRESS, button="call-1"),
    SwitchChanged(**_PRESS, switch="door", closed=False),
    BoardRestarted(**_PRESS, cause="update", version="motcua-board 1.4.0"),
    BoxPowerCycled(**_PRESS, silent_s=121, times=1),
    BoardEventsLost(**_PRESS, count=3),
    BoardPaperChanged(**_PRESS, there=False),
)

_RECEIPT = Receipt(
    blocks=(
        Text(text="PHIẾU SỐ THỨ TỰ", bold=True),
        Text(text="A007", size=Size.NUMBER),
        Columns(name="Lĩnh vực", value="Hộ tịch"),
        Item(text="Tờ khai"),
        Rule(),
        Gap(height_mm=2),
        Qr(data="http://192.0.2.1:8090/t/K7Q2"),
    )
)
_CARD = IdentityCard(
    number="045190001234",
    old_number="",
    name="Nguyễn Thị Hoa",
    birth="20051990",
    sex="Nữ",
    address="Thôn 2, Xã Gio Linh, Tỉnh Quảng Trị",
    issued="15042022",
)
_CHIP_READ = ChipRead(
    opened=Opened.BAC,
    zone=Zone(
        document_number="190001234",
        personal_number="045190001234",
        surname="NGUYEN",
        given_names="THI HOA",
        birth="900520",
        sex="F",
        expiry="300520",
        nationality="VNM",
    ),
    fields=ChipFields(number="045190001234", name="Nguyễn Thị Hoa", birth="20/05/1990"),
    face=Face(kind="jpeg", picture=b"\xff\xd8\xff"),
    proof=Proof.UNKNOWN_ISSUER,
    proves=PROVES[Proof.UNKNOWN_ISSUER].vi,
    proves_en=PROVES[Proof.UNKNOWN_ISSUER].en,
    warnings=("expired",),
)
_SCAN = "4be1f0a27c9d4d0f8a6b5c4d3e2f1a0b"
_ORDER: dict[str, Any] = {"order": "9c1f0a7e5d3b2a4866e0d1c2", "not_after": _AT}
_PORT = {"driver": "file", "path": "/dev/usb/lp0"}
_PRINTER = DeviceReport(
    name="printer",
    kind="printer",
    driver="escpos",
    health=Health.FAULT,
    code="printer.out_of_paper",
    text="The roll is finished.",
    since=_AT,
    facts={"paper_dots": 576.0},
)

_DELEGATE = Delegate(id="gio-linh-1", name="Nguyễn Văn An", position="Chủ tịch")
_ITEM = AgendaItem(id="thao-luan", title="Thảo luận")
_PLAN = ConferencePlan(
    id="giao-ban",
    title="Hội nghị trực tuyến giao ban tháng 11",
    starts_at=_AT,
    centre="trung-tam",
    chair="trung-tam-1",
    sites=(
        Site(
            id="trung-tam",
            name="Văn phòng UBND tỉnh",
            box="trung-tam-room",
            delegates=(Delegate(id="trung-tam-1", name="Trần Thị Bình"),),
        ),
        Site(id="gio-linh", name="Xã Gio Linh", box="gio-linh-room", delegates=(_DELEGATE,)),
    ),
    agenda=(_ITEM,),
)
_FLOOR = Floor(holder="gio-linh", delegate="gio-linh-1", request="r1", since=_AT)
_REQUEST = SpeechRequest(
    id="r1",
    delegate="gio-linh-1",
    site="gio-linh",
    item="thao-luan",
    content="Tiến độ giải ngân",
    status=RequestStatus.SPEAKING,
    at=_AT,
    decided_by="Trần Thị Bình",
    decided_at=_AT,
)
_STATE = ConferenceState(
    plan=_PLAN,
    revision=42,
    phase=Phase.LIVE,
    live_since=_AT,
    members=(
        Member(id="trung-tam", name="Văn phòng UBND tỉnh", connected=True, since=_AT, muted=False),
        Member(id="gio-linh", name="Xã Gio Linh", connected=True, since=_AT, line=Line.GOOD),
    ),
    requests=(_REQUEST,),
    floor=_FLOOR,
    item="thao-luan",
)
_NOTICE = vc.RoomNotice(
    revision=42,
    conference="giao-ban",
    member="gio-linh",
    title=_PLAN.title,
    starts_at=_AT,
    phase=Phase.LIVE,
    site_name="Xã Gio Linh",
    delegates=(_DELEGATE,),
    agenda=(_ITEM,),
    muted=False,
    floor=_FLOOR,
    floor_name="Nguyễn Văn An",
    requests=(_REQUEST,),
    line=Line.GOOD,
    connected_sites=2,
    sites=2,
)

# the leaf's property of PartTopics: (what it is, who sends it, a part that uses it, examples)
CHANNELS: dict[str, tuple[str, str, Part, tuple[Message, ...]]] = {
    "conn": ("A part's birth, rest and will; retained.", "box", DEVICES, (
        Connection(state=LinkState.READY, boot=1_795_396_500),
        Connection(state=LinkState.LOST, boot=1_795_396_500),
    )),
    "desc": ("What a part is; retained.", "box", DEVICES, (
        Description(
            boot=1_795_396_500,
            version="0.1.0",
            site="gio-linh",
            drivers={"printer": "escpos"},
            commands=("devices.test", "printer.print_receipt"),
        ),
    )),
    "status": ("The latest of a part; retained.", "box", DEVICES, (
        PartStatus(
            boot=1_795_396_500, seq=12, at=_AT, health=Health.FAULT, devices=(_PRINTER,)
        ),
        PartStatus(
            boot=1_795_396_500, seq=1, at=_AT, health=Health.READY, figures={"waiting": 4.0}
        ),
    )),
    "event": ("Entries of a part's journal, sent until acknowledged.", "box", COUNTER, tuple(
        JournalEntry(
            boot=1_795_396_400, seq=seq, oldest=1, at=_AT, event=msgspec.Raw(encode(event))
        )
        for seq, event in enumerate(EVENTS, 1)
    )),
    "ack": ("The province has stored up to here; retained.", "province", COUNTER, (
        JournalAck(boot=1_795_396_400, seq=22),
    )),
    "province_cmd": ("Commands from the province.", "province", DEVICES, (
        TestDevice(device=Kind.PRINTER),
        vc.JoinConference(
            conference="giao-ban",
            member="gio-linh",
            url="https://192.0.2.1:8443/room/giao-ban",
            token="b7Jx0Qk3vT5mW9sZ",
            valid_until=_AT,
            ice_servers=(
                vc.IceServer(
                    urls=("turn:192.0.2.1:3478",),
                    username="1795396500:gio-linh",
                    credential="kV8nQ2",
                ),
            ),
        ),
        vc.LeaveConference(conference="giao-ban", reason="Hội nghị đã kết thúc."),
        fleet.Ping(),
        fleet.RestartPart(**_ORDER, part="kiosk"),
        fleet.Reboot(**_ORDER),
        fleet.TestBox(**_ORDER, devices=(Kind.PRINTER,)),
        fleet.Identify(**_ORDER, seconds=30),
        fleet.PrintTestPage(**_ORDER),
        fleet.FetchLogs(**_ORDER, parts=("kiosk",), since=_AT, until=_AT),
        fleet.TakeScreenshot(**_ORDER),
        fleet.Diagnose(**_ORDER),
        fleet.OpenShell(**_ORDER, minutes=15),
        fleet.InstallFirmware(**_ORDER, release="5f1c" * 8),
        fleet.PauseWatchdog(**_ORDER, minutes=30),
        fleet.FetchBoardLog(**_ORDER),
        fleet.BeginBoardAnew(**_ORDER),
        vc.TestLine(for_s=5.0),
    )),
    "province_reply": ("Replies to the province.", "box", DEVICES, (
        DeviceTested(device=Kind.PRINTER, result=SelfTest(passed=True, text="1 ticket")),
        Refused(code="device.mute", text="The device does not answer.", retry=True),
        Done(),
        vc.LineTested(
            took_s=5.0,
            up=vc.LineFigures(bitrate_kbps=1480.0, fps=25.0, width=1280, height=720),
            down=vc.LineFigures(bitrate_kbps=1510.0, fps=25.0, width=1280, height=720),
            microphone_dbfs=-31.0,
            echo_db=38.0,
            problems=("microphone.silent",),
        ),
        fleet.Pong(at=_AT),
        fleet.BoxTested(
            devices=(
                fleet.DeviceOutcome(
                    device="printer", passed=False, text="The roll is finished.",
                    code="printer.out_of_paper",
                ),
            )
        ),
        fleet.BoxIdentified(shown_by=("panel_io", "kiosk")),
        fleet.FileSent(size_bytes=48_211, sha256="9f" * 32, note="3120 lines"),
        fleet.Diagnosis(
            addresses=(
                fleet.Address(
                    interface="eth0", address="192.0.2.7/24", mtu_bytes=1500, up=True
                ),
            ),
            gateways=("192.0.2.1 dev eth0",),
            name_servers=("192.0.2.1",),
            broker=fleet.Probe(target="192.0.2.10:8883", text="no answer within 5 s"),
            gate=fleet.Probe(
                target="192.0.2.10:8443", resolve_ms=0.1, connect_ms=7.9, tls_ms=11.2,
                round_trip_ms=8.4, worst_ms=31.0, loss=0.05,
            ),
            clock_offset_ms=-12.5,
        ),
        fleet.ShellOpened(user="motcua-shell"),
    )),
    "ask": ("What a part asks the province for.", "box", ROOM, (
        vc.AskToJoin(),
        vc.AskForHelp(site="Trung tâm Phục vụ hành chính công phường Đông Hà", language="vi"),
        vc.AskAct(
            conference="giao-ban",
            act=acts.RequestSpeech(
                request="r1", delegate="gio-linh-1", content="Tiến độ giải ngân"
            ),
        ),
    )),
    "ask_reply": ("The province's replies to a part.", "province", ROOM, (
        Done(),
        vc.HelpPlace(
            call="goi-2edcebd91e24",
            url="https://192.0.2.1:8443/help-calls/goi-2edcebd91e24",
            token="b7Jx0Qk3vT5mW9sZ",
        ),
        Refused(code="conference.not_checked_in", text="The delegate is not checked in."),
    )),
    "state": ("A part's whole state by revision; retained.", "box", CONFERENCE, (_STATE,)),
    "given_state": ("What the province wants a part to show, by revision; retained.", "province",
        ROOM, (vc.RoomNotice(), _NOTICE)),
    "desired": ("The settings the province wants of a box; retained.", "province", AGENT, (
        Desired(version=12, parts={"devices": {"printer": {"driver": "escpos", "port": _PORT}}}),
    )),
    "reported": ("What a box made of them, property by property; retained.", "box", AGENT, (
        Reported(boot=3, version=12, in_force=12, parts={
            "devices": {"printer.port.path": Property("/dev/usb/lp0", ac=200, av=12)},
        }),
        Reported(boot=3, version=13, in_force=12, text="devices: 1 error", parts={
            "devices": {"printer.paper_dots": Property(576, ac=400, av=13,
                ad="Expected `int`, got `str`")},
        }),
    )),
    "cmd": ("Commands between the parts of a box; never bridged.", "box", DEVICES, (
        PrintReceipt(job="3f1c2a", receipt=_RECEIPT),
        Say(text="Xin mời công dân có số thứ tự A không không bảy đến quầy số hai"),
        ReadAloud(text="Ô 1 trên 6: Hộ tịch", loudness=0.6),
        Hush(),
        ShowOnPanel(number="A007", counter="2"),
        RotateOnPanel(texts=("Giờ làm việc 07:30-11:30, 13:30-17:00",)),
        SetLamp(lamp="speak", state=LampState.BLINKING),
        TestDevice(device=Kind.SPEAKER),
        IdentifyBox(seconds=30),
        ReadChip(number="045190001234", birth="900520", expiry="300520", with_face=True),
        ForgetChip(),
        PreviewPage(scan=_SCAN),
        CapturePage(scan=_SCAN, crop=Crop.PAGE),
        DropPage(scan=_SCAN, page="5f0a1b2c3d4e5f60"),
        FinishScan(scan=_SCAN),
        WipeScan(scan=_SCAN),
        ReadBoardLog(offset=0),
        HoldWatchdog(seconds=1800),
        RestartBoard(),
        UpdateBoard(manifest="/var/lib/motcua/board.json", image="/var/lib/motcua/board.img"),
        glass.TakePicture(widest_px=640),
        glass.ShowName(name="gio-linh-1", seconds=30),
    )),
    "reply": ("Replies between the parts of a box; never bridged.", "box", KIOSK, (
        ReceiptPrinted(job="3f1c2a"),
        Said(seconds=4.8),
        Done(),
        DeviceTested(device=Kind.SPEAKER, result=SelfTest(passed=True, text="4.8 s")),
        Refused(code="printer.out_of_paper", text="The roll is finished.", retry=True),
        Identified(shown_by=("panel_io", "panel")),
        _CHIP_READ,
        PagePreviewed(
            file="preview-8c1d2e3f4a5b6c7d.jpg",
            found=True,
            flaws=(Flaw.TOO_DARK,),
            paper=PaperFormat.A4,
        ),
        PageCaptured(
            page="5f0a1b2c3d4e5f60",
            file="review-1a2b3c4d5e6f7081.jpg",
            paper=PaperFormat.A4,
            pages=1,
        ),
        ScanFinished(
            file="scan-0f1e2d3c4b5a6978.pdf",
            sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            pages=1,
            size_bytes=14_382,
        ),
        BoardLog(text="0.012 boot 57, update, motcua-board 1.4.0\n", next_offset=42),
        WatchdogHeld(seconds=1800),
        BoardUpdated(version="motcua-board 1.4.0", slot=1, confirmed=True),
        glass.PictureTaken(png=b"\x89PNG", private=True),
    )),
    "signal": ("What a part tells its neighbours at once; never bridged.", "box", DEVICES, (
        Scanned(kind=ScanKind.IDENTITY_CARD, card=_CARD),
        Scanned(kind=ScanKind.URL, text="http://192.0.2.1:8090/t/K7Q2"),
        ButtonPressed(button="speak"),
        ButtonPressed(button="call-1", press="e6614c311b4d8a2f-57-12"),
        EventsStored(boxes=("gio-linh-1",), stored=3),
        CardPlaced(),
        ChipProgress(percent=40),
        CardTaken(),
    )),
}  # fmt: skip


def document() -> Yaml:
    """Return the AsyncAPI 3.0.0 document."""
    kinds = {
        type(example): None for channel in CHANNELS.values() for example in channel[3]
    } | dict.fromkeys(
        kind
        for union in (kiosk.AnyKioskEvent, vc.AnyConferenceEvent, AnyBoardEvent)
        for kind in get_args(union)
    )
    _, schemas = msgspec.json.schema_components(kinds, ref_template=_REF)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "motcua-edge bus",
            "version": "mc1",
            "description": "MQTT 5, JSON; unknown fields are ignored. Rules: docs/architecture.md",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {name: _channel(name) for name in CHANNELS} | {"line": _line_channel()},
        "operations": {f"{name}.{verb}": _operation(name, verb) for name, verb in _verbs()}
        | {
            "line.send": _line_operation(
                "send", "The box's broker sends it, or leaves it as will."
            ),
            "line.receive": _line_operation("receive", "The province receives it."),
        },
        "components": {"schemas": _without_discriminators(schemas)},
    }


def _without_discriminators(schema: Any) -> Any:
    """Leave out OpenAPI's discriminators: AsyncAPI's are strings, and tags are enums already."""
    if isinstance(schema, dict):
        return {
            key: _without_discriminators(value)
            for key, value in schema.items()
            if key != "discriminator"
        }
    if isinstance(schema, list | tuple):
        return [_without_discriminators(value) for value in schema]
    return schema


def _channel(name: str) -> Yaml:
    what, _, part, examples = CHANNELS[name]
    topics = PartTopics(BoxId("{box}"), Part("{part}"))
    by_kind: dict[str, list[Message]] = {}
    for example in examples:
        by_kind.setdefault(type(example).__name__, []).append(example)
    return {
        "address": getattr(topics, name),
        "description": what,
        "parameters": {
            "box": {"description": "The CN of the box's certificate.", "examples": ["gio-linh-1"]},
            "part": {"description": "The process.", "examples": [str(part)]},
        },
        "messages": {kind: _message(kind, same) for kind, same in by_kind.items()},
    }


def _line_channel() -> Yaml:
    """Return the one channel whose messages are mosquitto's: a bridge's notifications."""
    payload = {"type": "integer", "enum": [0, 1], "examples": [1, 0]}
    box = {"description": "The CN of the box's certificate.", "examples": ["gio-linh-1"]}
    return {
        "address": PartTopics(BoxId("{box}"), BRIDGE).line,
        "description": "Whether the box's line to the province is up; retained, and the bridge's"
        " will.",
        "parameters": {"box": box},
        "messages": {"Line": {"name": "line", "payload": payload, "examples": []}},
    }


def _line_operation(action: str, summary: str) -> Yaml:
    return {"action": action, "channel": {"$ref": "#/channels/line"}, "summary": summary}


def _message(kind: str, examples: list[Message]) -> Yaml:
    return {
        "name": str(type(examples[0]).__struct_config__.tag),
        "payload": {"$ref": _REF.format(name=kind)},
        "examples": [{"payload": msgspec.to_builtins(_plain(example))} for example in examples],
    }


def _plain(example: Message) -> Any:
    return msgspec.json.decode(encode(example))


def _verbs() -> list[tuple[str, str]]:
    return [(name, verb) for name in CHANNELS for verb in ("send", "receive")]


def _operation(name: str, verb: str) -> Yaml:
    sender = CHANNELS[name][1]
    other = {"box": "province", "province": "box"}[sender]
    who = sender if verb == "send" else other
    inside = name in ("cmd", "reply", "signal")
    return {
        "action": verb,
        "channel": {"$ref": f"#/channels/{name}"},
        "summary": f"A part of the box {verb}s it." if inside else f"The {who} {verb}s it.",
    }


def main() -> None:
    """Write the document to the file named on the command line."""
    text = yaml.safe_dump(document(), allow_unicode=True, sort_keys=False, width=100)
    Path(sys.argv[1]).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
