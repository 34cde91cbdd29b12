"""Units and sites as the province keeps them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from devices.contract.clock import SimulatedClock
from devices.contract.errors import NotAllowedError
from provisioning.controller.access import Reach
from provisioning.controller.accounts.audit import Audit
from provisioning.controller.database import Database
from provisioning.controller.organisation.organisation import (
    BadSiteError,
    NoSuchSiteError,
    Organisation,
)
from provisioning.controller.organisation.places import BoxPlaces
from provisioning.controller.registry.records import BoxRecord, Standing
from provisioning.controller.rights import Grant, Person, Right, Role
from provisioning.organisation.corrections import BadCorrectionsError
from provisioning.organisation.units import Site

T0 = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
OFFICE = (
    "44.so-noi-vu,level,office,2026-05-01\n"
    "44.so-noi-vu,name,Sở Nội vụ,2026-05-01\n"
    "44.so-noi-vu,parent,44,2026-05-01\n"
)
SITE = Site(code="gio-linh-1", name="Một cửa Gio Linh", unit="19495", address="12 Lê Duẩn")


def administrator(unit: str = "") -> Person:
    grants = (Grant(role=Role.ADMINISTRATOR, unit=unit),)
    return Person(id=1, login="quan-tri", name="", grants=grants)


@pytest.fixture
def audit(database: Database) -> Audit:
    return Audit(database, SimulatedClock(T0))


@pytest.fixture
def kept(database: Database, audit: Audit) -> Organisation:
    return Organisation(database, SimulatedClock(T0), audit)


def again(database: Database, audit: Audit) -> Organisation:
    return Organisation(database, SimulatedClock(T0), audit)


def test_the_tree_is_todays_in_viet_nam_or_that_of_a_day(kept: Organisation) -> None:
    assert kept.tree().day == date(2026, 11, 22)
    assert kept.path_of("19495") == ("44", "19495")
    assert kept.path_of("99999") == ()
    assert (kept.name_of("19495"), kept.name_of("99999"), kept.name_of("")) == (
        "xã Gio Linh",
        "99999",
        "",
    )
    old = kept.tree(date(2025, 6, 30))
    assert old.path("19495") == ("45", "466", "19495")
    assert [kept.tree(date(2025, 6, day)).day.day for day in range(1, 10)] == list(range(1, 10))


def test_corrections_are_previewed_then_taken_and_last(
    kept: Organisation, database: Database, audit: Audit
) -> None:
    text = "code,field,value,since\n75,kind,thành phố,2026-05-01\n" + OFFICE
    changes = {change.code: change for change in kept.preview(text)}
    assert changes["44.so-noi-vu"].before is None
    before, after = changes["75"].before, changes["75"].after
    assert before is not None
    assert after is not None
    assert (before.kind, after.kind) == ("tỉnh", "thành phố")
    assert kept.name_of("75") == "tỉnh Đồng Nai"
    assert kept.corrections() == []
    kept.correct(administrator(), text)
    for one in (kept, again(database, audit)):
        assert one.name_of("75") == "thành phố Đồng Nai"
        assert one.path_of("44.so-noi-vu") == ("44", "44.so-noi-vu")
        assert len(one.corrections()) == 4
    assert kept.tree(date(2026, 4, 30)).label("75") == "tỉnh Đồng Nai"
    kept.correct(administrator(), "75,kind,tỉnh,2026-05-01\n")
    assert kept.name_of("75") == "tỉnh Đồng Nai"
    assert [one.action for one in audit.records()] == ["units.corrected"] * 2


def test_a_bad_import_takes_nothing(kept: Organisation, audit: Audit) -> None:
    with pytest.raises(BadCorrectionsError):
        kept.correct(administrator(), OFFICE + "19495,parent,999,2026-05-01\n")
    assert kept.corrections() == []
    assert audit.records() == []


@pytest.mark.parametrize(
    ("branch", "text", "may"),
    [
        ("44", "19495,name,Gio Linh mới,2026-05-01\n", True),
        ("44", OFFICE, True),
        ("44", "75,kind,thành phố,2026-05-01\n", False),
        ("44", "19495,parent,48,2026-05-01\n", False),
        ("48", "19495,parent,48,2026-05-01\n", False),
        ("19495", "44,name,Quảng Trị mới,2026-05-01\n", False),
    ],
)
def test_a_branchs_administrator_corrects_the_branch(
    kept: Organisation, branch: str, text: str, *, may: bool
) -> None:
    if may:
        kept.correct(administrator(branch), text)
        return
    with pytest.raises(NotAllowedError):
        kept.correct(administrator(branch), text)
    assert kept.corrections() == []


def test_sites_are_kept_changed_and_removed(
    kept: Organisation, database: Database, audit: Audit
) -> None:
    by = administrator("44")
    kept.put_site(by, SITE)
    moved = Site(code="gio-linh-1", name="Mới", unit="19333", latitude=16.8, longitude=107.1)
    kept.put_site(by, moved)
    for one in (kept, again(database, audit)):
        assert one.sites() == one.sites("44") == one.sites("19333") == [moved]
        assert one.sites("19495") == one.sites("48") == []
    kept.remove_site(by, "gio-linh-1")
    assert again(database, audit).sites() == []
    with pytest.raises(NoSuchSiteError):
        kept.remove_site(by, "gio-linh-1")
    assert len(audit.records()) == 3


def test_a_site_that_is_none_is_refused(kept: Organisation) -> None:
    changes: list[Mapping[str, object]] = [
        *({"code": code} for code in ("", "Gio", "a b", "-a", "a" * 64, "../a")),
        *({"name": name} for name in ("", " ", "a" * 101, "a\0b")),
        {"unit": "99999"},
        {"unit": ""},
        {"address": "a" * 201},
        {"latitude": 16.0},
        *({"latitude": at, "longitude": 107.0} for at in (91.0, -91.0, float("nan"))),
        {"latitude": 16.0, "longitude": float("inf")},
    ]
    for changed in changes:
        fields: dict[str, object] = {"code": "a", "name": "A", "unit": "19495", **changed}
        with pytest.raises(BadSiteError):
            kept.put_site(administrator(), Site(**fields))  # type: ignore[arg-type]
    assert kept.sites() == []


def test_a_site_is_changed_only_by_who_administers_where_it_is_and_goes(
    kept: Organisation,
) -> None:
    kept.put_site(administrator(), SITE)
    for by, unit in ((administrator("48"), "20194"), (administrator("19333"), "19333")):
        with pytest.raises(NotAllowedError):
            kept.put_site(by, Site(code="gio-linh-1", name="Của tôi", unit=unit))
        with pytest.raises(NotAllowedError):
            kept.remove_site(by, "gio-linh-1")
    assert kept.site("gio-linh-1") == SITE


class Boxes:
    """Boxes on record."""

    def __init__(self, *records: BoxRecord) -> None:
        self._records = {record.box: record for record in records}

    def known(self, box: str) -> BoxRecord | None:
        return self._records.get(box)


def test_a_box_stands_in_its_unit_or_in_its_sites(kept: Organisation) -> None:
    kept.put_site(administrator(), SITE)
    common = {"serial": "1", "standing": Standing.IN_SERVICE}
    places = BoxPlaces(
        kept,
        Boxes(
            BoxRecord(box="a", unit="19333", name="Hộp A", **common),  # type: ignore[arg-type]
            BoxRecord(box="b", site="gio-linh-1", **common),  # type: ignore[arg-type]
            BoxRecord(box="c", site="none", unit="", **common),  # type: ignore[arg-type]
        ),
    )
    assert [places.path(box) for box in "abc"] == [("44", "19333"), ("44", "19495"), ()]
    assert [places.name(box) for box in "abc"] == ["Hộp A", "Một cửa Gio Linh", "c"]
    assert (places.path("44"), places.name("44")) == (("44",), "tỉnh Quảng Trị")
    facts = places.unit("19495")
    assert facts is not None
    assert (facts.name, round(facts.latitude or 0)) == ("xã Gio Linh", 17)
    person = administrator("19495")
    assert Reach(places).among(person, Right.SEE, "abc") == ["b"]


def test_the_land_of_a_branch_is_its_communes_as_they_are_today(kept: Organisation) -> None:
    places = BoxPlaces(kept, Boxes())
    assert len(places.land(("",))) == 3321
    province = places.land(("44",))
    assert 60 < len(province) < 100
    assert places.land(("19495",)) == places.land(()) == ()
    assert len(places.land(("44", "01"))) == len(province) + len(places.land(("01",)))
    kept.correct(administrator(), "19495,latitude,16.5,2026-01-01\n")
    assert set(places.land(("44",))) != set(province), "a correction moves it"
