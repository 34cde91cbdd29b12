"""Profiles, documents and reports in the database."""

from datetime import UTC, datetime, timedelta

import pytest

from devices.contract.clock import SimulatedClock
from provisioning.controller.accounts.audit import Audit, Looked
from provisioning.controller.database import Database
from provisioning.controller.registry.records import Standing
from provisioning.controller.rights import Grant, Person, Right, Role
from provisioning.controller.settings.documents import Documents
from provisioning.controller.settings.facts import Progress
from provisioning.controller.settings.profiles import (
    Draft,
    Key,
    Level,
    NoSuchChangeError,
    NotPendingError,
    OwnChangeError,
    Profiles,
    StaleDraftError,
    State,
)
from provisioning.controller.settings.settings import Settings
from provisioning.controller.settings.writing import BadProfileError
from provisioning.desired import APPLIED, REFUSED, Document, Property, Reported
from tests.provisioning.controller.settings.land import (
    PROVINCE,
    WARD_A,
    WARD_B,
    record,
    three_boxes,
)

KIOSKS = Key(Level.ROLE, "kiosk")
WARD = Key(Level.UNIT, WARD_B)
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


class Province:
    """Settings on a database, and a hand to write with."""

    def __init__(self, database: Database, *, two_persons: bool = False) -> None:
        self.land = three_boxes()
        self.clock = SimulatedClock(NOW)
        self.audit = Audit(database, self.clock)
        self.settings = Settings(
            Profiles(database, self.audit, self.clock),
            Documents(database),
            self.land,
            places=self.land,
            units=self.land,
            clock=self.clock,
            two_persons=two_persons,
        )

    def save(self, key: Key, document: Document, *, by: str = "an", base: int = 0) -> int:
        draft = Draft(key=key, document=document, why="thử", base=base)
        return self.settings.save(draft, by).id

    def document(self, box: str) -> tuple[int, Document]:
        found = self.settings.documents.newest(box)
        return (found.version, found.document) if found else (0, {})

    def deeds(self) -> list[tuple[str, str, str]]:
        found = self.audit.records(Looked(action="settings."))
        return [(one.actor, one.action, one.subject) for one in reversed(found)]


@pytest.fixture
def province(database: Database) -> Province:
    return Province(database)


@pytest.fixture
def careful(database: Database) -> Province:
    return Province(database, two_persons=True)


def test_a_box_has_the_profiles_of_its_role_units_site_and_itself(province: Province) -> None:
    province.save(KIOSKS, {"kiosk": {"language": "vi", "a": 1}})
    province.save(Key(Level.UNIT, PROVINCE), {"kiosk": {"a": 2, "b": 2}})
    province.save(WARD, {"kiosk": {"b": 3, "c": 3}})
    province.save(Key(Level.SITE, "s-2"), {"kiosk": {"c": 4, "d": 4}})
    province.save(Key(Level.BOX, "k-2"), {"kiosk": {"d": 5}, "devices": {"x": None}})
    assert province.document("k-2")[1] == {
        "kiosk": {"language": "vi", "a": 2, "b": 3, "c": 4, "d": 5},
        "devices": {},
    }
    assert province.document("k-1")[1] == {"kiosk": {"language": "vi", "a": 2, "b": 2}}
    lines = {one.key: one.origin for one in province.settings.box("k-2", online=True).lines}
    assert lines == {
        "kiosk.language": "role:kiosk",
        "kiosk.a": f"unit:{PROVINCE}",
        "kiosk.b": f"unit:{WARD_B}",
        "kiosk.c": "site:s-2",
        "kiosk.d": "box:k-2",
        "devices": "box:k-2",
    }


def test_versions_of_a_box_only_grow_and_only_where_its_document_changes(
    province: Province,
) -> None:
    first = province.save(KIOSKS, {"kiosk": {"a": 1}})
    assert province.document("k-1")[0] == 1
    province.save(WARD, {"kiosk": {"a": 2}})
    assert province.document("k-1")[0] == 1
    assert province.document("k-2") == (2, {"kiosk": {"a": 2}})
    assert province.document("r-1")[0] == 1
    province.save(KIOSKS, {"kiosk": {"a": 1}}, base=first)
    assert province.document("k-1")[0] == 1, "the same content"
    assert province.settings.settle() == []


def test_a_box_that_comes_or_moves_gets_its_document_when_it_is_looked_again(
    province: Province,
) -> None:
    province.save(WARD, {"kiosk": {"a": 2}})
    assert province.document("k-1") == (0, {})
    province.land.put("k-1", unit=WARD_B)
    province.land.records["k-9"] = record("k-9", unit=WARD_B)
    assert province.settings.settle() == ["k-1", "k-9"]
    province.land.put("k-1", unit=WARD_A)
    province.settings.settle()
    assert province.document("k-1") == (2, {}), "its own settings are its again"


def test_a_retired_box_has_no_settings(province: Province) -> None:
    province.save(KIOSKS, {"kiosk": {"a": 1}})
    province.land.put("k-1", standing=Standing.RETIRED)
    assert province.settings.retired() == ["k-1"]
    assert set(province.settings.standings()) == {"k-2"}


def test_a_preview_names_the_boxes_that_change_and_what_changes_of_each(
    province: Province,
) -> None:
    province.save(WARD, {"devices": {"log_level": "debug"}})
    seen = province.settings.preview(
        KIOSKS, {"devices": {"log_level": "info", "printer": {"driver": "escpos", "pat": 1}}}
    )
    assert seen.count == 2
    changes = {group.boxes: [one.key for one in group.changes] for group in seen.groups}
    assert changes == {
        ("k-1",): ["devices.log_level", "devices.printer.driver", "devices.printer.pat"],
        ("k-2",): ["devices.printer.driver", "devices.printer.pat"],
    }
    assert [one.key for one in seen.doubts] == ["devices.printer.pat"]
    assert [one.key for one in seen.groups[0].problems] == ["devices.printer.pat"]
    assert province.document("k-1") == (0, {}), "nothing was saved"


def test_boxes_that_change_in_the_same_way_stand_together(province: Province) -> None:
    seen = province.settings.preview(KIOSKS, {"kiosk": {"language": "en"}})
    assert [group.boxes for group in seen.groups] == [("k-1", "k-2")]


def test_history_is_kept_and_a_rollback_is_a_new_version_with_old_content(
    province: Province,
) -> None:
    first = province.save(KIOSKS, {"kiosk": {"a": 1}})
    province.clock.move(timedelta(hours=1))
    second = province.save(KIOSKS, {"kiosk": {"a": 2}}, by="bình", base=first)
    old = province.settings.profiles.change(first)
    third = province.save(KIOSKS, old.document, base=second)
    assert province.document("k-1") == (3, {"kiosk": {"a": 1}})
    history = province.settings.profiles.history(KIOSKS)
    assert [(one.id, one.author, one.state) for one in history] == [
        (third, "an", State.IN_FORCE),
        (second, "bình", State.SUPERSEDED),
        (first, "an", State.SUPERSEDED),
    ]
    assert [one.document["kiosk"]["a"] for one in history] == [1, 2, 1]
    assert province.settings.profiles.history(KIOSKS, before=second)[0].id == first


def test_who_writes_over_a_change_they_have_not_seen_is_told_so(province: Province) -> None:
    first = province.save(KIOSKS, {"kiosk": {"a": 1}})
    province.save(KIOSKS, {"kiosk": {"a": 2}}, base=first)
    with pytest.raises(StaleDraftError):
        province.save(KIOSKS, {"kiosk": {"a": 3}}, base=first)
    assert province.document("k-1")[1] == {"kiosk": {"a": 2}}
    assert len(province.deeds()) == 2, "what was refused is no deed"


def test_a_profile_too_long_for_a_boxs_answer_is_refused(province: Province) -> None:
    with pytest.raises(BadProfileError):
        province.save(KIOSKS, {"kiosk": {"x": "y" * 70_000}})


def test_with_two_persons_nothing_changes_until_somebody_else_says_yes(
    careful: Province,
) -> None:
    number = careful.save(KIOSKS, {"kiosk": {"a": 1}})
    assert careful.document("k-1") == (0, {})
    with pytest.raises(OwnChangeError):
        careful.settings.approve(number, "an")
    assert [one.id for one in careful.settings.profiles.pending()] == [number]
    change = careful.settings.approve(number, "bình")
    assert (change.state, change.decided_by) == (State.IN_FORCE, "bình")
    assert careful.document("k-1") == (1, {"kiosk": {"a": 1}})
    assert careful.settings.profiles.pending() == []
    with pytest.raises(NotPendingError):
        careful.settings.approve(number, "bình")
    assert careful.deeds() == [
        ("an", "settings.proposed", "role:kiosk"),
        ("bình", "settings.approved", "role:kiosk"),
    ]


def test_a_change_made_over_an_older_one_is_not_approved(careful: Province) -> None:
    one = careful.save(KIOSKS, {"kiosk": {"a": 1}})
    other = careful.save(KIOSKS, {"kiosk": {"a": 2}})
    careful.settings.approve(one, "bình")
    with pytest.raises(StaleDraftError):
        careful.settings.approve(other, "bình")
    assert careful.document("k-1")[1] == {"kiosk": {"a": 1}}


def test_a_rejected_change_says_why_and_changes_nothing(careful: Province) -> None:
    number = careful.save(KIOSKS, {"kiosk": {"a": 1}})
    change = careful.settings.profiles.reject(number, "bình", "sai đường dẫn")
    assert (change.state, change.verdict) == (State.REJECTED, "sai đường dẫn")
    with pytest.raises(NotPendingError):
        careful.settings.approve(number, "chi")
    assert careful.document("k-1") == (0, {})


def test_a_change_that_is_not_there_is_named(province: Province) -> None:
    with pytest.raises(NoSuchChangeError):
        province.settings.profiles.change(77)


def reported(version: int, in_force: int, *, ac: int = APPLIED, ad: str = "") -> Reported:
    answer = Property(value=1, ac=ac, av=version, ad=ad)
    return Reported(
        boot=1, version=version, in_force=in_force, text=ad, parts={"kiosk": {"a": answer}}
    )


def progress(province: Province, *, online: bool = True) -> Progress:
    return province.settings.box("k-1", online=online).progress


def test_a_box_is_in_force_pending_refused_or_offline(province: Province) -> None:
    assert progress(province) is Progress.NONE
    first = province.save(KIOSKS, {"kiosk": {"a": 1}})
    assert progress(province) is Progress.PENDING
    assert progress(province, online=False) is Progress.OFFLINE
    province.settings.hear([("k-1", reported(1, 1))])
    assert progress(province, online=False) is Progress.IN_FORCE
    province.save(KIOSKS, {"kiosk": {"a": 2}}, base=first)
    assert progress(province) is Progress.PENDING
    province.settings.hear([("k-1", reported(2, 1, ac=REFUSED, ad="too large"))])
    assert progress(province) is Progress.REFUSED
    line = province.settings.box("k-1", online=True).lines[0]
    assert (line.key, line.wanted, line.origin) == ("kiosk.a", "2", "role:kiosk")
    assert line.answer == Property(value=1, ac=REFUSED, av=2, ad="too large")


def test_what_is_missing_in_a_document_is_shown_though_no_profile_names_it(
    province: Province,
) -> None:
    province.save(KIOSKS, {"counter": {"a": 1}})
    answer = Property(value=None, ac=REFUSED, av=1, ad="is missing")
    said = Reported(boot=1, version=1, in_force=0, parts={"counter": {"services": answer}})
    province.settings.hear([("k-1", said)])
    lines = {one.key: one for one in province.settings.box("k-1", online=True).lines}
    assert (lines["counter.services"].wanted, lines["counter.services"].answer) == ("", answer)


def test_a_box_ahead_of_a_database_from_a_backup_gets_a_later_version(
    province: Province,
) -> None:
    province.save(KIOSKS, {"kiosk": {"a": 1}})
    assert province.settings.hear([("k-1", reported(9, 9)), ("k-2", reported(1, 1))]) == ["k-1"]
    assert province.document("k-1") == (10, {"kiosk": {"a": 1}})
    assert province.document("k-2")[0] == 1


def test_a_box_is_asked_again_with_a_new_version_of_the_same(province: Province) -> None:
    province.save(KIOSKS, {"kiosk": {"a": 1}})
    province.settings.again("k-1", "an")
    assert province.document("k-1") == (2, {"kiosk": {"a": 1}})
    assert province.deeds()[-1] == ("an", "settings.again", "k-1")


def test_of_a_boxs_documents_the_newest_are_kept(province: Province) -> None:
    base = 0
    for at in range(25):
        base = province.save(KIOSKS, {"kiosk": {"a": at}}, base=base)
    versions = [one.version for one in province.settings.documents.history("k-1", limit=99)]
    assert versions == list(range(25, 5, -1))


def person(*units: str) -> Person:
    grants = tuple(Grant(unit=unit, role=Role.TECHNICIAN) for unit in units)
    return Person(id=1, login="an", name="An", grants=grants)


@pytest.mark.parametrize(
    ("key", "everywhere", "ward_a", "ward_b"),
    [
        (KIOSKS, True, False, False),
        (Key(Level.UNIT, PROVINCE), True, False, False),
        (WARD, True, False, True),
        (Key(Level.SITE, "s-1"), True, True, False),
        (Key(Level.SITE, "nowhere"), True, False, False),
        (Key(Level.BOX, "r-1"), True, False, True),
    ],
    ids=str,
)
def test_a_right_must_reach_all_that_a_profile_reaches(
    province: Province, key: Key, *, everywhere: bool, ward_a: bool, ward_b: bool
) -> None:
    reach = [
        province.settings.may(person(unit), Right.PROVISION, key) for unit in ("", WARD_A, WARD_B)
    ]
    assert reach == [everywhere, ward_a, ward_b]


def test_a_site_in_two_wards_is_nobodys_of_one_alone(province: Province) -> None:
    province.land.records["k-3"] = record("k-3", unit=WARD_A, site="s-2")
    shared = Key(Level.SITE, "s-2")
    reach = [
        province.settings.may(person(*units), Right.PROVISION, shared)
        for units in ([WARD_A], [WARD_B], [WARD_A, WARD_B], [PROVINCE])
    ]
    assert reach == [False, False, True, True]


def test_there_are_profiles_of_whatever_boxes_have_and_profiles_name(province: Province) -> None:
    province.save(Key(Level.ROLE, "counter"), {"kiosk": {"a": 1}})
    assert province.settings.targets() == {
        Level.ROLE: ["counter", "kiosk", "room"],
        Level.UNIT: [WARD_A, WARD_B, PROVINCE],
        Level.SITE: ["s-1", "s-2"],
        Level.BOX: ["k-1", "k-2", "r-1"],
    }


def test_an_empty_land_has_nothing_to_settle(database: Database) -> None:
    province = Province(database)
    province.land.records.clear()
    province.save(KIOSKS, {"kiosk": {"a": 1}})
    assert province.settings.settle() == []
