"""What technicians decide about boxes, and what the registry then knows."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from devices.contract.clock import SimulatedClock
from devices.contract.errors import MotcuaError, StorageError
from provisioning.claims import shown_words
from provisioning.controller.database import Database
from provisioning.controller.registry.enrolment import SAME_ANSWER_WITHIN
from provisioning.controller.registry.errors import (
    BadListError,
    BoxTakenError,
    ExpiredClaimError,
    NoSuchBoxError,
    NotAcceptedYetError,
    QueueFullError,
    RefusedEnrolmentError,
    RevokedCertificateError,
    UnknownCertificateError,
    UsedClaimError,
    WrongClaimError,
    WrongNameError,
)
from provisioning.controller.registry.records import Expected, Place, Standing
from provisioning.controller.registry.registrar import Registrar
from provisioning.controller.registry.registry import CLAIM_DAYS, Registry
from provisioning.pki.certificates import BOX_DAYS, number_of
from provisioning.pki.requests import Request
from tests.provisioning.controller.registry.somewhere import (
    CLAIM,
    NOON,
    SERIAL,
    Written,
    new_key,
    registrar_in,
    request,
)

WHO = "ky-thuat"
PLACE = Place(role="kiosk", unit="19495", site="gio-linh", name="Một cửa Gio Linh")


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOON)


@pytest.fixture
def written() -> Written:
    return Written()


@pytest.fixture
async def room(
    tmp_path: Path, database: Database, clock: SimulatedClock, written: Written
) -> AsyncIterator[Registrar]:
    async with registrar_in(tmp_path, database, clock=clock, audit=written) as one:
        yield one


def expected(room: Registrar, serial: str = SERIAL, box: str = "gio-linh-1") -> str:
    (claimed,) = room.registry.preauthorise([Expected(serial=serial, box=box, place=PLACE)], WHO)
    return claimed.claim


def enrolled(room: Registrar, serial: str = SERIAL, box: str = "gio-linh-1") -> str:
    claim = expected(room, serial, box)
    return number_of(room.enrolment.enrol(serial, claim, request(serial), "10.0.0.9"))


def refusal(
    room: Registrar, claim: str, asked: Request, identity: str = SERIAL
) -> type[MotcuaError]:
    with pytest.raises(MotcuaError) as caught:
        room.enrolment.enrol(identity, claim, asked, "10.0.0.9")
    return type(caught.value)


def test_a_box_that_is_expected_gets_its_certificate_for_its_claim(
    room: Registrar, written: Written
) -> None:
    claim = expected(room)
    record = room.registry.known("gio-linh-1")
    assert record is not None
    assert record.standing is Standing.EXPECTED
    number = number_of(room.enrolment.enrol(SERIAL.upper(), claim, request(), "10.0.0.9"))
    record = room.registry.by_serial(SERIAL)
    assert record is not None
    assert record.standing is Standing.IN_SERVICE
    assert (record.unit, record.site, record.role) == ("19495", "gio-linh", "kiosk")
    assert record.certificate is not None
    assert record.certificate.number == number
    assert record.certificate.not_after == NOON + timedelta(days=BOX_DAYS)
    assert room.registry.owner(number) == record
    assert [line[1] for line in written.lines] == ["box.preauthorised", "box.certified"]
    assert claim not in repr(written.lines)


def test_an_order_that_is_refused_leaves_nothing_in_the_audit(
    room: Registrar, written: Written
) -> None:
    enrolled(room)
    before = list(written.lines)
    with pytest.raises(NoSuchBoxError):
        room.registry.retire("nobody", WHO)
    with pytest.raises(BoxTakenError):
        room.registry.replace("gio-linh-1", SERIAL, WHO)
    with pytest.raises(NoSuchBoxError):
        room.registry.refuse(99, "?", WHO)
    assert written.lines == before


def test_a_claim_is_good_once_and_whoever_shows_it_again_is_written_down(
    room: Registrar, written: Written, clock: SimulatedClock
) -> None:
    claim = expected(room)
    room.enrolment.enrol(SERIAL, claim, request(), "10.0.0.9")
    for _ in range(3):
        assert refusal(room, claim, request()) is UsedClaimError
    (told,) = [line for line in written.lines if line[1] == "enrol.claim_used"]
    assert (told[0], told[2]) == (SERIAL, "gio-linh-1")
    assert claim not in repr(written.lines)
    clock.move(timedelta(hours=1))
    assert refusal(room, claim, request()) is UsedClaimError
    assert [line[1] for line in written.lines].count("enrol.claim_used") == 2


def test_no_certificate_is_given_that_the_audit_does_not_know_of(
    room: Registrar, written: Written
) -> None:
    claim, asked = expected(room), request()
    written.full = True
    assert refusal(room, claim, asked) is StorageError
    assert room.registry.certificates("gio-linh-1") == []
    written.full = False
    first = number_of(room.enrolment.enrol(SERIAL, claim, asked, "10.0.0.9"))
    written.full = True
    with pytest.raises(StorageError):
        room.enrolment.renew("gio-linh-1", first, request("gio-linh-1"))
    assert [one.number for one in room.registry.certificates("gio-linh-1")] == [first]
    assert [line[1] for line in written.lines] == ["box.preauthorised", "box.certified"]


def test_an_answer_lost_on_the_way_is_given_again_for_some_minutes(
    room: Registrar, clock: SimulatedClock
) -> None:
    claim, asked = expected(room), request()
    first = room.enrolment.enrol(SERIAL, claim, asked, "10.0.0.9")
    assert room.enrolment.enrol(SERIAL, claim, asked, "10.0.0.9") == first
    clock.move(SAME_ANSWER_WITHIN)
    assert refusal(room, claim, asked) is UsedClaimError
    assert len(room.registry.certificates("gio-linh-1")) == 1


def test_a_claim_that_waited_too_long_is_refused(room: Registrar, clock: SimulatedClock) -> None:
    claim = expected(room)
    clock.move(timedelta(days=CLAIM_DAYS))
    assert refusal(room, claim, request()) is ExpiredClaimError


@pytest.mark.parametrize("name", ["gio-linh-2", "province", SERIAL + "0"])
def test_a_name_that_is_not_the_claims_is_refused_and_the_claim_is_kept(
    room: Registrar, name: str
) -> None:
    claim = expected(room)
    assert refusal(room, claim, request(name)) is WrongNameError
    assert refusal(room, claim, request(serial="another")) is WrongNameError
    room.enrolment.enrol("gio-linh-1", claim, request("gio-linh-1", serial=SERIAL), "10.0.0.9")


def test_the_claim_of_one_box_is_none_of_another(room: Registrar) -> None:
    theirs = expected(room, "aaaa", "dong-ha-1")
    expected(room)
    assert refusal(room, theirs, request("dong-ha-1")) is WrongNameError
    assert refusal(room, theirs, request("gio-linh-1"), "gio-linh-1") is WrongClaimError
    assert refusal(room, theirs, request("bbbb"), "gio-linh-1") is WrongClaimError


def test_an_unknown_box_waits_under_the_words_on_its_screen_until_it_is_accepted(
    room: Registrar,
) -> None:
    asked = request()
    for _ in range(3):
        assert refusal(room, CLAIM, asked) is NotAcceptedYetError
    (one,) = room.registry.asking()
    assert one.words == shown_words(SERIAL, CLAIM, asked.key_der)
    assert (one.serial, one.address) == (SERIAL, "10.0.0.9")
    room.registry.accept(one.id, "gio-linh-1", PLACE, WHO)
    assert room.registry.asking() == []
    certificate = room.enrolment.enrol(SERIAL, CLAIM, asked, "10.0.0.9")
    assert room.registry.owner(number_of(certificate)).box == "gio-linh-1"


def test_who_has_the_claim_of_an_accepted_box_but_another_key_is_refused(room: Registrar) -> None:
    asked = request()
    refusal(room, CLAIM, asked)
    room.registry.accept(room.registry.asking()[0].id, "gio-linh-1", PLACE, WHO)
    assert refusal(room, CLAIM, request()) is WrongClaimError
    room.enrolment.enrol(SERIAL, CLAIM, asked, "10.0.0.9")


def test_a_refused_box_is_told_why(room: Registrar) -> None:
    asked = request()
    refusal(room, CLAIM, asked)
    room.registry.refuse(room.registry.asking()[0].id, "hộp này bị mất cắp", WHO)
    with pytest.raises(RefusedEnrolmentError, match="mất cắp"):
        room.enrolment.enrol(SERIAL, CLAIM, asked, "10.0.0.9")


def test_the_queue_has_bounds_for_a_serial_number_and_for_an_address(
    room: Registrar, clock: SimulatedClock
) -> None:
    for _ in range(3):
        assert refusal(room, CLAIM, request()) is NotAcceptedYetError
    assert refusal(room, CLAIM, request()) is QueueFullError
    for at in range(47):
        refusal(room, CLAIM, request(f"ffff{at}"), f"ffff{at}")
    assert refusal(room, CLAIM, request("abcd"), "abcd") is QueueFullError
    assert len(room.registry.asking()) == 50
    clock.move(timedelta(days=8))
    assert refusal(room, CLAIM, request("abcd"), "abcd") is NotAcceptedYetError
    assert len(room.registry.asking()) == 1


def test_a_box_renews_with_a_new_key_and_its_certificate_stays_good_until_its_end(
    room: Registrar,
) -> None:
    first = enrolled(room)
    again = room.enrolment.renew("gio-linh-1", first, request("gio-linh-1", serial=SERIAL))
    assert room.registry.owner(first).box == room.registry.owner(number_of(again)).box
    assert room.registry.revoked() == []
    with pytest.raises(WrongNameError):
        room.enrolment.renew("gio-linh-1", first, request("dong-ha-1"))


def test_a_renewal_whose_answer_was_lost_is_answered_again_or_replaced(
    room: Registrar, clock: SimulatedClock
) -> None:
    first, asked = enrolled(room), request("gio-linh-1")
    lost = room.enrolment.renew("gio-linh-1", first, asked)
    assert room.enrolment.renew("gio-linh-1", first, asked) == lost
    clock.move(timedelta(hours=1))
    new = number_of(room.enrolment.renew("gio-linh-1", first, request("gio-linh-1")))
    room.registry.owner(first)
    room.registry.owner(new)
    with pytest.raises(RevokedCertificateError):
        room.registry.owner(number_of(lost))
    assert room.registry.cut_off() == {}, "the box itself is connected with its first one"


def test_an_expired_or_foreign_certificate_renews_nothing(
    room: Registrar, clock: SimulatedClock
) -> None:
    number = enrolled(room)
    for name, shown in (("gio-linh-1", "abcdef"), ("dong-ha-1", number)):
        with pytest.raises(UnknownCertificateError):
            room.enrolment.renew(name, shown, request(name))
    clock.move(timedelta(days=BOX_DAYS))
    with pytest.raises(UnknownCertificateError):
        room.enrolment.renew("gio-linh-1", number, request("gio-linh-1"))
    with pytest.raises(UnknownCertificateError):
        room.registry.owner(number)


def test_other_hardware_takes_a_boxs_place_and_the_old_one_is_out(room: Registrar) -> None:
    old = enrolled(room)
    claimed = room.registry.replace("gio-linh-1", "20000000ffff", WHO)
    with pytest.raises(RevokedCertificateError):
        room.registry.owner(old)
    assert set(room.registry.cut_off()) == {old}
    asked = request("20000000ffff")
    new = room.enrolment.enrol("20000000ffff", claimed.claim, asked, "10.0.0.9")
    record = room.registry.owner(number_of(new))
    assert (record.box, record.serial, record.site) == ("gio-linh-1", "20000000ffff", "gio-linh")
    assert room.registry.by_serial(SERIAL) is None
    held = room.registry.holders("gio-linh-1")
    assert [(one.serial, one.until is None) for one in held] == [
        ("20000000ffff", True),
        (SERIAL, False),
    ]


def test_a_retired_box_is_out_and_its_hardware_may_become_another(room: Registrar) -> None:
    number = enrolled(room)
    room.registry.retire("gio-linh-1", WHO)
    with pytest.raises(RevokedCertificateError):
        room.enrolment.renew("gio-linh-1", number, request("gio-linh-1"))
    with pytest.raises(NoSuchBoxError):
        room.registry.retire("gio-linh-1", WHO)
    assert [one.number for one in room.registry.revoked()] == [number]
    enrolled(room, SERIAL, "dong-ha-1")


def test_a_box_that_enrols_anew_ends_its_earlier_certificate(room: Registrar) -> None:
    first, second = enrolled(room), enrolled(room)
    room.registry.owner(second)
    with pytest.raises(RevokedCertificateError):
        room.registry.owner(first)


@pytest.mark.parametrize("name", ["province", "province-ingest", "19495"])
def test_no_box_gets_a_name_of_the_provinces_own_processes_or_of_a_unit(
    room: Registrar, name: str
) -> None:
    refusal(room, CLAIM, request())
    with pytest.raises(BoxTakenError):
        room.registry.accept(room.registry.asking()[0].id, name, PLACE, WHO)
    with pytest.raises(BadListError):
        room.registry.preauthorise([Expected(serial="aaaa", box=name)], WHO)
    refusal(room, CLAIM, request(name), name)
    assert {one.box for one in room.registry.all()} == set()


def test_a_name_or_serial_number_of_another_box_is_refused(room: Registrar) -> None:
    enrolled(room)
    refusal(room, CLAIM, request("aaaa"), "aaaa")
    (one,) = room.registry.asking()
    with pytest.raises(BoxTakenError, match=SERIAL):
        room.registry.accept(one.id, "gio-linh-1", PLACE, WHO)
    with pytest.raises(BoxTakenError):
        room.registry.replace("gio-linh-1", SERIAL, WHO)


def test_a_list_is_kept_whole_or_not_at_all_and_every_bad_line_is_named(room: Registrar) -> None:
    enrolled(room)
    lines = [
        Expected(serial="aaaa", box="dong-ha-1"),
        Expected(serial="Không hợp lệ"),
        Expected(serial="bbbb", box="Dong Ha"),
        Expected(serial="cccc", claim="short"),
        Expected(serial="aaaa", box="dong-ha-2"),
        Expected(serial="dddd", box="gio-linh-1"),
        Expected(serial=SERIAL, box="gio-linh-2"),
        Expected(serial="eeee", place=Place(unit="1" * 65)),
    ]
    with pytest.raises(BadListError) as caught:
        room.registry.preauthorise(lines, WHO)
    assert [(one.line, one.what) for one in caught.value.problems] == [
        (2, "serial"),
        (3, "box"),
        (4, "claim"),
        (5, "twice_serial"),
        (6, "box_taken"),
        (7, "serial_taken"),
        (8, "long"),
    ]
    assert [one.box for one in room.registry.all()] == ["gio-linh-1"]


def test_a_long_list_is_known_at_once(room: Registrar) -> None:
    many = [Expected(serial=f"{at:08}", box=f"box-{at}") for at in range(60)]
    claims = room.registry.preauthorise(many, WHO)
    assert len({one.claim for one in claims}) == 60
    assert room.registry.by_serial("00000059") is not None


def test_a_claim_once_given_is_not_given_again(room: Registrar) -> None:
    (first,) = room.registry.preauthorise([Expected(serial=SERIAL, claim=CLAIM)], WHO)
    assert first.claim == CLAIM
    room.enrolment.enrol(SERIAL, CLAIM, request(), "10.0.0.9")
    with pytest.raises(BadListError, match="given before"):
        room.registry.preauthorise([Expected(serial=SERIAL, claim=CLAIM)], WHO)


def test_what_another_process_did_is_known_after_a_look(
    room: Registrar, database: Database, clock: SimulatedClock
) -> None:
    other = Registry(database, clock)
    number = enrolled(room)
    with pytest.raises(UnknownCertificateError):
        other.owner(number)
    other.refresh()
    assert other.owner(number) == room.registry.owner(number)
    told: list[str] = []
    other.on_revoked(lambda: told.append("revoked"))
    room.registry.retire("gio-linh-1", WHO)
    other.refresh()
    assert told == ["revoked"]
    assert [one.number for one in other.revoked()] == [number]


def test_the_words_are_bound_to_the_key() -> None:
    keys = [request(key=new_key()).key_der for _ in range(2)]
    first, second = (shown_words(SERIAL, CLAIM, key) for key in keys)
    assert first != second
    assert len(first.split("-")) == 4
