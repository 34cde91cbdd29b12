"""The counter server's configuration: a site's services, counters, classes, hours and words."""

from enum import StrEnum
from typing import Annotated

import msgspec

from devices.contract.afar import CatalogueFolder
from devices.contract.config import Config
from devices.runtime.settings import Name, Port, ProcessConfig
from devices.web.pin import is_hash
from kiosk.api.words import Id, Names
from kiosk.backoffice.systems import BackOfficeConfig
from kiosk.catalogue.shelf import CatalogueConfig
from kiosk.counter.appointments.config import AppointmentsConfig
from kiosk.counter.choices import ChoicesConfig
from kiosk.counter.drafts.config import DraftsConfig
from kiosk.counter.feedback.config import FeedbackConfig
from kiosk.counter.fees.config import FeesConfig
from kiosk.domain.fairness import Rule
from kiosk.domain.hours import Hours
from kiosk.domain.phrases import COUNTER_MAX, Phrases
from kiosk.domain.ticket import PREFIX_PATTERN

_OPEN_TO_ALL = ("127.0.0.1", "localhost", "::1")


class HttpConfig(Config, frozen=True, kw_only=True):
    """Where the counter server listens; `port = 0` takes a free one."""

    host: str = "127.0.0.1"
    port: Port = 8080


class ServiceConfig(Config, frozen=True, kw_only=True):
    """Something citizens come for. Services with one `prefix` share its numbers."""

    id: Id
    names: Names
    prefix: Annotated[str, msgspec.Meta(pattern=PREFIX_PATTERN)]
    icon: str = "document"
    typical_min: Annotated[float, msgspec.Meta(ge=0.5, le=120)] = 10.0


class ClassConfig(Config, frozen=True, kw_only=True):
    """A class citizens declare for themselves, and an officer may change (domain QUE-2)."""

    id: Id
    names: Names
    priority: bool = True


_HASH = r"scrypt\$[0-9]+\$[0-9]+\$[0-9]+\$[0-9a-f]+\$[0-9a-f]+"


class DeskConfig(Config, frozen=True, kw_only=True):
    """A counter. `number` is spoken; `pin_hash` is made by `python -m kiosk.counter.pin`."""

    id: Id
    number: Annotated[int, msgspec.Meta(ge=1, le=COUNTER_MAX)]
    names: Names
    services: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1)]
    pin_hash: Annotated[str, msgspec.Meta(pattern=rf"^{_HASH}\Z")]
    lamp: str = ""
    """The name of its lamp on this box: dark, burning while it serves, blinking while it calls."""


class Act(StrEnum):
    """What an officer's call button does at its counter."""

    NEXT = "next"
    RECALL = "recall"
    FINISH = "finish"


class CallButtonConfig(Config, frozen=True, kw_only=True):
    """A button of this box, by its name there, and what it is for."""

    button: Name
    counter: Id
    act: Act = Act.NEXT


CLASSES = (
    ClassConfig(id="thuong", names={"vi": "Thường", "en": "Regular"}, priority=False),
    ClassConfig(id="nguoi_cao_tuoi", names={"vi": "Người cao tuổi", "en": "Older person (60+)"}),
    ClassConfig(
        id="nguoi_khuyet_tat", names={"vi": "Người khuyết tật", "en": "Person with a disability"}
    ),
    ClassConfig(id="phu_nu_mang_thai", names={"vi": "Phụ nữ mang thai", "en": "Pregnant woman"}),
    ClassConfig(
        id="con_nho_duoi_36_thang",
        names={"vi": "Có con nhỏ dưới 36 tháng", "en": "With a child under 36 months"},
    ),
    ClassConfig(
        id="uu_tien_nguoi_co_cong",
        names={"vi": "Người có công với cách mạng", "en": "Person with merit to the revolution"},
    ),
)


class VoiceConfig(Config, frozen=True, kw_only=True):
    """How calls are announced: on the board for `show_s` at least; the speaker has `within_s`."""

    show_s: Annotated[float, msgspec.Meta(ge=0.1, le=60)] = 4.0
    within_s: Annotated[float, msgspec.Meta(ge=0.1, le=60)] = 15.0
    queue: Annotated[int, msgspec.Meta(ge=2, le=256)] = 32


class CounterConfig(ProcessConfig, frozen=True, kw_only=True):
    """`motcua counter`. `public_url` is the address citizens' phones reach; printed in the QR.

    Without `supervisor_pin_hash` nobody is the supervisor. `choices` are the officers' lists.
    Tickets of the latest `keep_days` days with tickets are kept. `back_office` names the systems of
    the province; `tables_folder` holds the site's own tables of law, laid out as `kiosk/data`.
    `chip_reading` is the site's consent to its kiosks' reading chips of identity cards.
    """

    names: Names
    services: Annotated[tuple[ServiceConfig, ...], msgspec.Meta(min_length=1, max_length=40)]
    counters: Annotated[tuple[DeskConfig, ...], msgspec.Meta(min_length=1, max_length=60)]
    buttons: Annotated[tuple[CallButtonConfig, ...], msgspec.Meta(max_length=120)] = ()
    priority_classes: Annotated[tuple[ClassConfig, ...], msgspec.Meta(min_length=1)] = CLASSES
    http: HttpConfig = HttpConfig()
    public_url: Annotated[str, msgspec.Meta(pattern=r"^https?://[^/\s]+\Z")] = (
        "http://127.0.0.1:8080"
    )
    site_key: str = ""
    supervisor_pin_hash: Annotated[str, msgspec.Meta(pattern=rf"^(?:{_HASH})?\Z")] = ""
    choices: ChoicesConfig = ChoicesConfig()
    fairness: Rule = Rule()
    hours: Hours = Hours()
    phrases: Phrases = Phrases()
    voice: VoiceConfig = VoiceConfig()
    notice: Names = msgspec.field(default_factory=dict)
    rating_scale: Annotated[int, msgspec.Meta(ge=2, le=10)] = 3
    sample_data: bool = False
    chip_reading: bool = False
    back_office: BackOfficeConfig = BackOfficeConfig()
    tables_folder: CatalogueFolder = ""
    catalogue: CatalogueConfig = CatalogueConfig()
    appointments: AppointmentsConfig = AppointmentsConfig()
    drafts: DraftsConfig = DraftsConfig()
    fees: FeesConfig = FeesConfig()
    feedback: FeedbackConfig | None = None
    keep_days: Annotated[int, msgspec.Meta(ge=2, le=3650)] = 60
    disk_limit_mb: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 1024

    def __post_init__(self) -> None:
        """Refuse what does not fit together (ValueError, every problem in it)."""
        problems = [*self._repeated(), *self._unknown(), *self._unnamed(), *self._bad_pins()]
        if self.http.host not in _OPEN_TO_ALL and not self.site_key:
            problems.append("site_key: is needed when others than this machine can connect")
        if all(kind.priority for kind in self.priority_classes):
            problems.append("priority_classes: one must be without priority")
        if problems:
            raise ValueError("; ".join(problems))

    def service(self, service: str) -> ServiceConfig | None:
        """Return the service of this id."""
        return next((one for one in self.services if one.id == service), None)

    def desk(self, counter: str) -> DeskConfig | None:
        """Return the counter of this id."""
        return next((one for one in self.counters if one.id == counter), None)

    def priority_class(self, class_id: str) -> ClassConfig | None:
        """Return the priority class of this id."""
        return next((one for one in self.priority_classes if one.id == class_id), None)

    def desks_of(self, service: str) -> tuple[DeskConfig, ...]:
        """Return the counters that serve the service."""
        return tuple(desk for desk in self.counters if service in desk.services)

    def _repeated(self) -> list[str]:
        kinds = {
            "services": [one.id for one in self.services],
            "counters": [one.id for one in self.counters],
            "counter numbers": [one.number for one in self.counters],
            "priority_classes": [one.id for one in self.priority_classes],
            "buttons": [one.button for one in self.buttons],
            "lamps": [one.lamp for one in self.counters if one.lamp],
        }
        return [
            f"{kind}: {one!r} is there twice"
            for kind, ids in kinds.items()
            for one in sorted({one for one in ids if ids.count(one) > 1}, key=str)  # type: ignore[attr-defined]
        ]

    def _unknown(self) -> list[str]:
        known = {one.id for one in self.services}
        unknown = [
            f"counters.{desk.id}.services: {service!r} is no service"
            for desk in self.counters
            for service in desk.services
            if service not in known
        ]
        unknown += [
            f"appointments.services.{booked}: {service!r} is no service"
            for booked, service in self.appointments.services.items()
            if service not in known
        ]
        unknown += [
            f"feedback.read_at: {one!r} is no counter"
            for one in (self.feedback.read_at if self.feedback else ())
            if self.desk(one) is None
        ]
        unserved = [one.id for one in self.services if not self.desks_of(one.id)]
        unknown += [
            f"buttons.{one.button}: {one.counter!r} is no counter"
            for one in self.buttons
            if self.desk(one.counter) is None
        ]
        return unknown + [f"services.{one}: no counter serves it" for one in unserved]

    def _bad_pins(self) -> list[str]:
        bad = [f"counters.{desk.id}." for desk in self.counters if not is_hash(desk.pin_hash)]
        if self.supervisor_pin_hash and not is_hash(self.supervisor_pin_hash):
            bad.append("supervisor_")
        return [f"{one}pin_hash: not of python -m kiosk.counter.pin" for one in bad]

    def _unnamed(self) -> list[str]:
        named = {
            "names": self.names,
            **{f"services.{one.id}.names": one.names for one in self.services},
            **{f"counters.{one.id}.names": one.names for one in self.counters},
            **{f"priority_classes.{one.id}.names": one.names for one in self.priority_classes},
        }
        return [f"{key}: 'vi' is missing" for key, names in named.items() if not names.get("vi")]
