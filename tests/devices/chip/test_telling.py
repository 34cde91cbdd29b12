"""What is told of a chip: warnings for the officer, never a refusal (ID-10)."""

from datetime import UTC, datetime

import msgspec
import pytest

from devices.chip import lds, tlv
from devices.chip.messages import ChipFields, Opened, Proof
from devices.chip.mrz import MrzKey, check_digit
from devices.chip.pace import PaceInfo
from devices.chip.reading import Contents
from devices.chip.specimen import HOA, PACE_AES_128, fields_file, groups_of
from devices.chip.telling import (
    ACCESS_ALTERED,
    BIRTH_YEAR_MISMATCH,
    CHECK_DIGIT,
    EXPIRED,
    NUMBERS_DIFFER,
    OTHER_CARD,
    SEX_MISMATCH,
    told,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def warnings(
    zone: str, *, fields: ChipFields = HOA.fields, key: MrzKey = HOA.key
) -> tuple[str, ...]:
    person = msgspec.structs.replace(HOA.fields, number=fields.number)
    groups = groups_of(HOA)
    groups[lds.DG1] = tlv.encode(0x61, tlv.encode(0x5F1F, zone.encode()))
    groups[lds.DG13] = fields_file(type(HOA)(person, HOA.zone_name, HOA.parents))
    contents = Contents(Opened.BAC, b"", groups)
    return told(contents, key, (), NOW).warnings


def test_a_card_in_order_has_no_warnings() -> None:
    assert warnings(HOA.zone) == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("9005204F", "9005204M", (SEX_MISMATCH,)),
        (
            "9005204F",
            "9105201F",
            (f"{CHECK_DIGIT}:birth", f"{CHECK_DIGIT}:composite", OTHER_CARD, BIRTH_YEAR_MISMATCH),
        ),
        (
            "VNM190001234",
            "VNM290001234",
            (f"{CHECK_DIGIT}:number", f"{CHECK_DIGIT}:composite", OTHER_CARD),
        ),
    ],
)
def test_a_zone_that_contradicts_itself_is_warned_of(
    old: str, new: str, expected: tuple[str, ...]
) -> None:
    """Domain 1.5: the sex is covered by no check digit, and contradicts digit C."""
    assert warnings(HOA.zone.replace(old, new)) == expected


def test_a_card_past_its_end_is_warned_of_and_one_without_end_is_not() -> None:
    past = HOA.zone.replace("3005202", "261121" + check_digit("261121"))
    key = MrzKey(HOA.key.number, HOA.key.birth, "261121")
    assert EXPIRED in warnings(past, key=key)
    never = HOA.zone.replace("3005202", "991231" + check_digit("991231"))
    assert EXPIRED not in warnings(never, key=MrzKey(HOA.key.number, HOA.key.birth, "991231"))


def test_a_number_that_is_two_numbers_is_warned_of() -> None:
    assert warnings(HOA.zone, fields=ChipFields(number="045190009999")) == (NUMBERS_DIFFER,)


def test_a_chip_with_the_zone_alone_is_told() -> None:
    contents = Contents(Opened.PACE, b"", {lds.DG1: groups_of(HOA)[lds.DG1]})
    said = told(contents, None, (), NOW)
    assert (said.fields, said.face, said.proof) == (None, None, Proof.NOT_SIGNED)


def test_a_weaker_way_of_pace_than_the_chip_has_signed_is_warned_of() -> None:
    """ICAO 9303-11 §4.4: EF.CardAccess is not signed, DG14 is."""
    weak = PaceInfo("0.4.0.127.0.7.2.2.4.2.1", 13)
    for offers, expected in ((), ()), ((PACE_AES_128,), ()), ((weak,), (ACCESS_ALTERED,)):
        contents = Contents(Opened.PACE, b"", groups_of(HOA), offers)
        assert told(contents, HOA.key, (), NOW).warnings == expected
