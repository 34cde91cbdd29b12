"""The register's configuration: a commune's agency, its officers, its clients, its doors."""

from datetime import time
from enum import StrEnum
from typing import Annotated

import msgspec

from devices.contract.afar import CatalogueFolder
from devices.contract.config import Config
from devices.runtime.settings import Port, ProcessConfig
from devices.web.pin import is_hash
from devices.web.tls import TlsConfig
from kiosk.api.words import Id, Names
from kiosk.catalogue.shelf import CatalogueConfig
from kiosk.register.bookings.config import BookingsConfig
from kiosk.register.open311.config import FeedbackConfig
from kiosk.register.payments.config import PaymentsConfig
from kiosk.register.scopes import Scope

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
Hashed = Annotated[
    str, msgspec.Meta(pattern=r"^scrypt\$[0-9]+\$[0-9]+\$[0-9]+\$[0-9a-f]+\$[0-9a-f]+\Z")
]
"""Made by `python -m devices.web.pin`."""


class HttpConfig(Config, frozen=True, kw_only=True):
    """Where the register listens; `port = 0` takes a free one.

    Beyond this machine only with `tls`, unless `plain` says that something before it speaks TLS.
    """

    host: str = "127.0.0.1"
    port: Port = 8090
    tls: TlsConfig | None = None
    plain: bool = False


class Role(StrEnum):
    """What an officer may do: a head also extends, opens again, and deletes."""

    OFFICER = "officer"
    HEAD = "head"


class OfficerConfig(Config, frozen=True, kw_only=True):
    """Somebody who signs in at the pages. `name` stands on papers and in a dossier's history."""

    id: Id
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    password_hash: Hashed
    role: Role = Role.OFFICER
    unit: Id = "mot-cua"


class ClientConfig(Config, frozen=True, kw_only=True):
    """A machine that asks the register: the counter server of a site, a bank's notices."""

    id: Id
    secret_hash: Hashed
    scopes: Annotated[tuple[Scope, ...], msgspec.Meta(min_length=1)]


class CodeForm(StrEnum):
    """How official codes are written (domain §2.1)."""

    YEAR_2020 = "2020"
    YEAR_2026 = "2026"


class OauthConfig(Config, frozen=True, kw_only=True):
    """How long a token lives, and how often somebody may ask."""

    token_s: Annotated[int, msgspec.Meta(ge=5, le=3600)] = 600
    tries: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 20
    try_every_s: Annotated[float, msgspec.Meta(gt=0, le=3600)] = 3.0
    requests: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 200
    request_every_s: Annotated[float, msgspec.Meta(gt=0, le=60)] = 0.05


class AgencyConfig(Config, frozen=True, kw_only=True):
    """The agency that the register is the server of, from its day on (domain DOS-4, DOS-5).

    With a `code` the register issues official dossier codes in its name; without one its numbers
    are local ones (TAM-, DOS-3), which never pass for official. `place` stands before the date on
    papers; `address`, `phone` below the agency's name.
    """

    code: Annotated[str, msgspec.Meta(pattern=r"^([A-Z][0-9]{2}(\.[0-9]{2,3}){1,4})?\Z")] = ""
    form: CodeForm = CodeForm.YEAR_2026
    above: Names = msgspec.field(default_factory=dict)
    place: Annotated[str, msgspec.Meta(max_length=120)] = ""
    address: Annotated[str, msgspec.Meta(max_length=300)] = ""
    phone: Annotated[str, msgspec.Meta(max_length=40)] = ""


class DossiersConfig(Config, frozen=True, kw_only=True):
    """How dossiers are kept. Days are of the calendar.

    What nobody accepted goes after `draft_days`, a file that no dossier took after
    `loose_paper_days`, what has ended `keep_days` later: by then it lies in the archive.
    """

    paper_mb: Annotated[float, msgspec.Meta(gt=0, le=1024)] = 20.0
    papers_mb: Annotated[int, msgspec.Meta(ge=1, le=10_000_000)] = 20_480
    draft_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 30
    loose_paper_days: Annotated[int, msgspec.Meta(ge=1, le=365)] = 3
    keep_days: Annotated[int, msgspec.Meta(ge=1, le=36_500)] = 1825
    results_at: time = time(17)
    """The local hour up to which a result is handed out on the day it is due."""


class UnitConfig(Config, frozen=True, kw_only=True):
    """A unit of the commune that dossiers are handed over to."""

    id: Id
    names: Names


UNITS = (
    UnitConfig(id="mot-cua", names={"vi": "Bộ phận Một cửa", "en": "One-stop desk"}),
    UnitConfig(id="tu-phap", names={"vi": "Tư pháp - Hộ tịch", "en": "Justice and civil status"}),
    UnitConfig(id="dia-chinh", names={"vi": "Địa chính - Xây dựng", "en": "Land and construction"}),
    UnitConfig(id="lanh-dao", names={"vi": "Lãnh đạo UBND", "en": "Leaders of the committee"}),
)


class RegisterConfig(ProcessConfig, frozen=True, kw_only=True):
    """`motcua register`. `public_url` is the address other machines reach."""

    names: Names
    http: HttpConfig = HttpConfig()
    public_url: Annotated[str, msgspec.Meta(pattern=r"^https?://[^/\s]+\Z")] = (
        "http://127.0.0.1:8090"
    )
    officers: Annotated[tuple[OfficerConfig, ...], msgspec.Meta(min_length=1, max_length=200)]
    clients: Annotated[tuple[ClientConfig, ...], msgspec.Meta(max_length=200)] = ()
    units: Annotated[tuple[UnitConfig, ...], msgspec.Meta(min_length=1, max_length=60)] = UNITS
    agency: AgencyConfig = AgencyConfig()
    dossiers: DossiersConfig = DossiersConfig()
    catalogue: CatalogueConfig = CatalogueConfig()
    feedback: FeedbackConfig = FeedbackConfig()
    payments: PaymentsConfig = PaymentsConfig()
    bookings: BookingsConfig = BookingsConfig()
    tables_folder: CatalogueFolder = ""
    """Calendars and forms of the commune's own, laid out as `kiosk/data`."""
    oauth: OauthConfig = OauthConfig()
    idle_min: Annotated[float, msgspec.Meta(gt=0, le=480)] = 30.0
    sample_data: bool = False
    disk_limit_mb: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 4096

    def __post_init__(self) -> None:
        """Refuse what does not fit together (ValueError, every problem in it)."""
        problems = [*self._repeated(), *self._bad_hashes(), *self._unnamed(), *self._unknown()]
        if self.http.host not in _LOOPBACK and self.http.tls is None and not self.http.plain:
            problems.append("http.tls: is needed when others than this machine can connect")
        if all(one.role is not Role.HEAD for one in self.officers):
            problems.append("officers: one must have the role 'head'")
        if problems:
            raise ValueError("; ".join(problems))

    def officer(self, officer: str) -> OfficerConfig | None:
        """Return the officer of this id."""
        return next((one for one in self.officers if one.id == officer), None)

    def client(self, client: str) -> ClientConfig | None:
        """Return the client of this id."""
        return next((one for one in self.clients if one.id == client), None)

    def unit(self, unit: str) -> UnitConfig | None:
        """Return the unit of this id."""
        return next((one for one in self.units if one.id == unit), None)

    def _repeated(self) -> list[str]:
        kinds = {
            "officers": [one.id for one in self.officers],
            "clients": [one.id for one in self.clients],
            "units": [one.id for one in self.units],
        }
        return [
            f"{kind}: {one!r} is there twice"
            for kind, ids in kinds.items()
            for one in sorted({one for one in ids if ids.count(one) > 1})
        ]

    def _bad_hashes(self) -> list[str]:
        hashes = {
            **{f"officers.{one.id}.password_hash": one.password_hash for one in self.officers},
            **{f"clients.{one.id}.secret_hash": one.secret_hash for one in self.clients},
        }
        return [
            f"{key}: not of python -m devices.web.pin"
            for key, value in hashes.items()
            if not is_hash(value)
        ]

    def _unnamed(self) -> list[str]:
        named = {"names": self.names, **{f"units.{one.id}.names": one.names for one in self.units}}
        return [f"{key}: 'vi' is missing" for key, names in named.items() if not names.get("vi")]

    def _unknown(self) -> list[str]:
        return [
            f"officers.{one.id}.unit: {one.unit!r} is no unit"
            for one in self.officers
            if self.unit(one.unit) is None
        ]
