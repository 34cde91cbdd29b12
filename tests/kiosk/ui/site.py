"""A site, tickets and states to try the touchscreen with."""

from datetime import UTC, date, datetime

from msgspec.structs import replace

from devices.messages import IdentityCard
from kiosk.api import CounterInfo, PriorityClass, Service, Site, Ticket, TicketState
from kiosk.ui.errand import keep
from kiosk.ui.state import (
    AnyPage,
    ChooseClass,
    Confirm,
    Errand,
    Find,
    Home,
    Issued,
    NoAnswer,
    Paper,
    PrinterState,
    Rate,
    Rest,
    Rules,
    ScanCard,
    ScannerState,
    State,
    Taking,
    Thanks,
    World,
)

DAY = date(2026, 11, 23)
CARD = IdentityCard(
    number="045190001234",
    old_number="197123456",
    name="Nguyễn Thị Hoa",
    birth="20051960",
    sex="Nữ",
    address="Thôn 2, Xã Gio Linh, Tỉnh Quảng Trị",
    issued="15042022",
)


def service(ident: str, vi: str, en: str, rest: str) -> Service:
    icon, prefix, waiting = rest.split()
    return Service(
        id=ident,
        names={"vi": vi, "en": en},
        icon=icon,
        prefix=prefix,
        open=True,
        waiting=int(waiting),
        expected_wait_s=int(waiting) * 330,
        counters=("1",),
    )


SERVICES = (
    service("ho-tich", "Hộ tịch: khai sinh, kết hôn", "Civil status", "family A 4"),
    service("chung-thuc", "Chứng thực bản sao, chữ ký", "Certified copies", "stamp B 0"),
    service("dat-dai", "Đất đai, xây dựng", "Land, construction", "land C 12"),
    service("cu-tru", "Cư trú, căn cước", "Residence, identity card", "card D 1"),
    service("tra-ket-qua", "Trả kết quả hồ sơ", "Collect results", "result E 2"),
    service("xa-hoi", "Bảo trợ xã hội, người có công", "Social assistance", "heart F 0"),
)
CLASSES = (
    PriorityClass(id="thuong", names={"vi": "Thường", "en": "Ordinary"}, priority=False),
    PriorityClass(
        id="uu_tien_nguoi_co_cong",
        names={"vi": "Người có công", "en": "Person of merit"},
        priority=True,
    ),
    PriorityClass(
        id="nguoi_khuyet_tat",
        names={"vi": "Người khuyết tật", "en": "Disabled person"},
        priority=True,
    ),
    PriorityClass(
        id="nguoi_cao_tuoi",
        names={"vi": "Người từ 60 tuổi", "en": "Aged 60 or more"},
        priority=True,
    ),
    PriorityClass(
        id="phu_nu_mang_thai",
        names={"vi": "Phụ nữ mang thai", "en": "Expecting a child"},
        priority=True,
    ),
    PriorityClass(
        id="con_nho_duoi_36_thang",
        names={"vi": "Có con dưới 36 tháng", "en": "With a child under 3"},
        priority=True,
    ),
)
SITE = Site(
    site="dong-ha",
    names={
        "vi": "Trung tâm Phục vụ hành chính công phường Đông Hà",
        "en": "Public Administration Service Centre, Dong Ha",
    },
    day=DAY,
    open=True,
    notice={},
    opens_at="07:00",
    closes_at="16:45",
    services=SERVICES,
    priority_classes=CLASSES,
    counters=(
        CounterInfo(
            id="2",
            names={"vi": "Quầy số 2", "en": "Counter 2"},
            spoken="hai",
            services=("ho-tich",),
            staffed=True,
            paused=False,
        ),
    ),
    rating_scale=3,
    sample_data=True,
)


def ticket(number: str = "A012", state: TicketState = TicketState.WAITING) -> Ticket:
    return Ticket(
        id=f"20261123-{number}",
        number=number,
        code="7F3K9QXT",
        day=DAY,
        service="ho-tich",
        service_names=SERVICES[0].names,
        priority_class="thuong",
        language="vi",
        kiosk="dong-ha-1",
        state=state,
        issued_at=datetime(2026, 11, 23, 1, 30, tzinfo=UTC),
        ahead=4,
        expected_wait_s=1320,
        printed=False,
        counter="2",
        url="http://10.0.0.5:8080/t/7F3K9QXT",
    )


def open_state(rules: Rules | None = None) -> State:
    """Return the screen on an ordinary morning."""
    world = World(site=SITE, reachable=True, printer=PrinterState.READY, scanner=ScannerState.READY)
    return State(rules=rules or Rules(), world=world)


def every_page() -> tuple[AnyPage, ...]:
    """Return one of each page, as a citizen meets it at second 1000."""
    errand = Errand(service="ho-tich")
    return (
        Home(),
        Rest(),
        Confirm(errand=replace(errand, card=keep(CARD, DAY), priority_class="nguoi_cao_tuoi")),
        ChooseClass(errand=errand),
        ScanCard(errand=errand),
        Taking(errand=errand, ask=1),
        NoAnswer(errand=errand, ask=1, retry=True),
        Issued(ticket=ticket(), paper=Paper.PRINTED, until=1012.0),
        Find(typed="A01", asked=False),
        Rate(ticket=ticket(state=TicketState.SERVED)),
        Thanks(until=1006.0),
    )
