"""The systems behind the demo's office: the commune's own register, and what is asked of it. Pure.

The register is that of the sample configuration, on the ports of this run.
"""

from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

from msgspec.structs import replace

from devices.contract.config import parse_toml
from devices.contract.toml import as_toml
from devices.runtime.settings import BusConfig
from kiosk import register
from kiosk.backoffice.config import LinkConfig, OAuthConfig, SecretFile
from kiosk.backoffice.one_stop import OneStopConfig
from kiosk.backoffice.open311 import Open311Config
from kiosk.backoffice.systems import BackOfficeConfig
from kiosk.catalogue.tables import SHIPPED
from kiosk.counter.drafts.config import DraftsConfig
from kiosk.counter.feedback.config import CategoryConfig, FeedbackConfig, PlaceConfig
from kiosk.counter.fees.config import FeesConfig, PayToConfig
from kiosk.domain.calendar import CalendarYear, WorkedDay
from kiosk.domain.deadline import Duration, TimeUnit
from kiosk.register.bookings.config import HoursOfDay
from kiosk.register.config import HttpConfig, RegisterConfig
from provisioning.broker import LOOPBACK
from provisioning.demo import sample

SECRET, API_KEY = "2468-mau", "feedback-mau"
OFFICER, PASSWORD = "hoa", SECRET
_CLIENT = "gio-linh-counter"
_SLOT_MIN = 10
_ALL_DAY = (HoursOfDay(first=time(0), last=time(23, 59)),)
"""People look at a demo at any hour."""
_SAMPLE = Path(register.__file__).with_name("sample.toml")

_AGENCY = "H50.34"
"""The agency of the register's sample."""
FEES = FeesConfig(
    pay_to=PayToConfig(bank="970436", account="0011001234567", holder="UBND XA GIO LINH (MAU)")
)
"""Domain §4.2: the account of the golden vectors."""
FEEDBACK = FeedbackConfig(
    categories=(
        CategoryConfig(
            id="moi-truong",
            names={"vi": "Môi trường, rác thải", "en": "Environment and waste"},
            icon="house",
        ),
        CategoryConfig(
            id="duong-sa",
            names={"vi": "Đường sá, chiếu sáng", "en": "Roads and lighting"},
            icon="land",
            answers={"KIND": "lamp"},
            answered_within=Duration(amount=3, unit=TimeUnit.WORKING_DAYS),
        ),
        CategoryConfig(
            id="thai-do",
            names={"vi": "Thái độ phục vụ", "en": "How one was served"},
            icon="face2",
            answered_within=Duration(amount=10, unit=TimeUnit.WORKING_DAYS),
        ),
    ),
    places=(PlaceConfig(name="Chợ Gio Linh"), PlaceConfig(name="Thôn 2, xã Gio Linh")),
)


@dataclass(frozen=True, slots=True)
class OfficeSystems:
    """Where the register stands: its folder, its port, the bus of its box."""

    box: str
    root: Path
    port: int
    bus: BusConfig
    status_every_s: float
    today: date | None = None
    """The day on which this office works, whatever day it is; None: as the calendar says."""

    @property
    def url(self) -> str:
        """The register's address."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def files(self) -> dict[Path, str]:
        """The secrets that the counter server reads, and the tables of this office."""
        return {self._secret: SECRET, self._api_key: API_KEY} | self._year()

    @property
    def tables(self) -> str:
        """The folder of its own tables."""
        return str(self.root / "tables")

    def register(self) -> RegisterConfig:
        """Return the register's configuration."""
        sample_ = parse_toml(_SAMPLE.read_text(encoding="utf-8"), RegisterConfig)
        bookable = (
            replace(one, slot_min=_SLOT_MIN, hours=_ALL_DAY) for one in sample_.bookings.services
        )
        return replace(
            sample_,
            bookings=replace(sample_.bookings, services=tuple(bookable)),
            tables_folder=self.tables,
            box=self.box,
            site=sample.SITE,
            state_dir=str(self.root / "register"),
            status_every_s=self.status_every_s,
            bus=self.bus,
            http=HttpConfig(host=LOOPBACK, port=self.port),
            public_url=self.url,
        )

    def drafts(self, memory: Path | None) -> DraftsConfig:
        """Return how prepared dossiers are kept; their key lies in the folder in memory."""
        if memory is None:
            return DraftsConfig(agency=_AGENCY)
        return DraftsConfig(agency=_AGENCY, key_folder=str(memory / self.box / "drafts"))

    def back_office(self) -> BackOfficeConfig:
        """Return what the counter server asks, all of it of the register."""
        oauth = OAuthConfig(
            token_url=f"{self.url}/oauth/token",
            client_id=_CLIENT,
            client_secret=SecretFile(path=str(self._secret)),
        )

        def link(path: str, oauth: OAuthConfig | None = oauth) -> LinkConfig:
            return LinkConfig(url=self.url + path, oauth=oauth)

        return BackOfficeConfig(
            one_stop=OneStopConfig(link=link("/api/one-stop")),
            open311=Open311Config(
                link=link("/open311/v2", None),
                api_key=SecretFile(path=str(self._api_key)),
                posts_again=True,
            ),
            payment=link("/api/payments"),
            booking=link("/api/bookings"),
        )

    def _year(self) -> dict[Path, str]:
        """Return the year's calendar, in which today is worked."""
        if self.today is None:
            return {}
        name = f"calendar/{self.today.year}.toml"
        shipped = SHIPPED / name
        year = (
            parse_toml(shipped.read_text(encoding="utf-8"), CalendarYear)
            if shipped.exists()
            else CalendarYear(year=self.today.year, announced=False)
        )
        if all(one.day != self.today for one in year.worked):
            worked = WorkedDay(day=self.today, instead_of=self.today)
            off = tuple(one for one in year.off if one.day != self.today)
            year = replace(year, off=off, worked=(*year.worked, worked))
        return {Path(self.tables) / name: as_toml(year)}

    @property
    def _secret(self) -> Path:
        return self.root / "one-stop.secret"

    @property
    def _api_key(self) -> Path:
        return self.root / "open311.key"
