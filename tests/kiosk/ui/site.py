"""A site, tickets and states to try the touchscreen with."""

from datetime import UTC, date, datetime

from msgspec.structs import replace

from devices.messages import IdentityCard
from kiosk.api.queue import CounterInfo, PriorityClass, Service, Site, Ticket
from kiosk.catalogue.files import SAMPLE, read_folders
from kiosk.catalogue.of_day import DayCatalogue
from kiosk.domain.fees import Order
from kiosk.domain.steps import TicketState
from kiosk.ui.flows.appointment.pages import AskAppointment, NoNumberYet
from kiosk.ui.flows.dossier.pages import AskDossier, DossierSheet
from kiosk.ui.flows.fees.pages import AskFeeCode, FeesOf, OneFee
from kiosk.ui.flows.help.pages import (
    AboutHelp,
    HelpNotice,
    HelpOver,
    HelpShow,
    HelpTalk,
    HelpWait,
)
from kiosk.ui.flows.menu.pages import Languages, Menu, Reading
from kiosk.ui.flows.number.pages import (
    ChooseClass,
    Confirm,
    Errand,
    Issued,
    NoAnswer,
    Paper,
    ScanCard,
    Taking,
)
from kiosk.ui.flows.number.steps import keep
from kiosk.ui.flows.procedures.pages import (
    Chosen,
    CountFee,
    FeeAmount,
    GoOnline,
    ProcedureCases,
    ProcedureFacts,
    ProcedureList,
    Procedures,
    SearchProcedures,
    Sectors,
    Subject,
    Unit,
)
from kiosk.ui.flows.visit.pages import Find, Rate, Thanks
from kiosk.ui.keyboard.keys import Kind
from kiosk.ui.keyboard.typing import field
from kiosk.ui.room import Room
from kiosk.ui.state import AnyPage, Home, Rest, Rules, State
from kiosk.ui.world import Headphones, PrinterState, ScannerState, World
from tests.kiosk.ui.appointments import TOLD
from tests.kiosk.ui.chips import chip_pages
from tests.kiosk.ui.dossiers import OVERDUE
from tests.kiosk.ui.feedback import FEEDBACK_PAGES
from tests.kiosk.ui.fees import OTHER, PENDING
from tests.kiosk.ui.filings import filing_pages

ROOM = Room(tiles=6, rows=5, lines=8)
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
    connected=("one_stop", "open311", "payment", "booking"),
    feedback=True,
)

CATALOGUE = DayCatalogue(read_folders([SAMPLE]), DAY)
BIRTH = Chosen(code="1.001193", case="qua-han", came=Procedures(sector="ho-tich"))
COPIES = Chosen(code="2.000815", came=Procedures(query="sao y"))


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
    world = World(
        site=SITE,
        reachable=True,
        printer=PrinterState.READY,
        scanner=ScannerState.READY,
        headphones=Headphones.UNKNOWN,
        catalogue=CATALOGUE,
    )
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
        Find(typed="A01"),
        Rate(ticket=ticket(state=TicketState.SERVED)),
        Thanks(until=1006.0),
        Menu(),
        Languages(),
        Reading(),
        AskDossier(typing=field(Kind.CODE).filled("H50.34-2026")),
        DossierSheet(told=OVERDUE),
        AskAppointment(typing=field(Kind.CODE).filled("2311-048213")),
        NoNumberYet(told=TOLD["early"]),
        AskFeeCode(typing=field(Kind.CODE).filled("H50.34-2026")),
        FeesOf(dossier=PENDING.dossier, fees=(PENDING, OTHER)),
        OneFee(fee=PENDING, among=(PENDING,)),
        HelpNotice(),
        HelpWait(until=1080.0),
        HelpTalk(),
        HelpShow(),
        HelpOver(about=AboutHelp.NOBODY),
        *procedure_pages(),
        *FEEDBACK_PAGES,
        *filing_pages(ticket()),
        *chip_pages(),
    )


def procedure_pages() -> tuple[AnyPage, ...]:
    """Return one of each page of looking a procedure up."""
    return (
        Sectors(),
        SearchProcedures(typing=field(Kind.TEXT).filled("khai sinh")),
        Procedures(sector="ho-tich"),
        ProcedureCases(chosen=BIRTH),
        ProcedureFacts(chosen=BIRTH),
        ProcedureList(chosen=BIRTH, subject=Subject.PAPERS),
        CountFee(
            chosen=COPIES, unit=Unit.PAGES, order=Order(), typing=field(Kind.NUMBER).filled("5")
        ),
        FeeAmount(chosen=COPIES, order=Order(pages=5, copies=3)),
        GoOnline(chosen=BIRTH),
    )
