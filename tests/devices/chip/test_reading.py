"""How a chip is read: every cipher and curve, and chips with their own ways."""

import dataclasses
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.chip import lds
from devices.chip.applet import Card, SoftwareChip
from devices.chip.curves import CURVES
from devices.chip.errors import (
    BadAnswerError,
    ChipError,
    KeyMissingError,
    RefusedByChipError,
    WrongKeyError,
)
from devices.chip.messages import Opened
from devices.chip.mrz import MrzKey
from devices.chip.pace import PROTOCOLS, PaceInfo
from devices.chip.reading import Access, Contents, read
from devices.chip.specimen import HOA, Issuer, card_of
from tests.devices.chip import icao
from tests.devices.chip.icao import Script, gives, raw

CARD = card_of(HOA, Issuer())
BY_BAC, BY_PACE = Access(HOA.key), Access(HOA.key, first=Opened.PACE)


def contents(
    chip: SoftwareChip, access: Access = BY_BAC, *, with_face: bool = False
) -> tuple[Contents, list[int]]:
    told: list[int] = []
    return read(chip, access, with_face=with_face, progress=told.append), told


def offering(*offers: PaceInfo) -> Card:
    return dataclasses.replace(CARD, offers=offers)


EVERY_WAY = [(protocol, 13) for protocol in PROTOCOLS]
EVERY_WAY += [("0.4.0.127.0.7.2.2.4.2.2", curve) for curve in CURVES]


@pytest.mark.parametrize(("protocol", "curve"), EVERY_WAY)
def test_pace_opens_with_every_cipher_and_on_every_curve(protocol: str, curve: int) -> None:
    chip = SoftwareChip(offering(PaceInfo(protocol, curve)))
    found, _ = contents(chip, BY_PACE)
    assert found.opened is Opened.PACE
    assert found.groups[lds.DG1] == CARD.files[lds.group_file(lds.DG1)]


def test_the_chip_of_the_standards_example_answers_as_the_standard_has_it() -> None:
    """Appendix G.1 from the chip's side, with its published private keys."""
    card = Card(icao.G_KEY, {}, offers=(PaceInfo("0.4.0.127.0.7.2.2.4.2.2", 13),))
    chip = SoftwareChip(card, gives(icao.G_NONCE, icao.G_MAP_IC, icao.G_KEY_IC))
    for command, answer in icao.G_PACE:
        assert chip(raw(command)).hex().upper() == answer


def test_the_chip_of_the_first_example_answers_as_the_standard_has_it() -> None:
    """Appendix D from the chip's side: BAC, then EF.COM read in its session."""
    com = raw("60145F0104303130365F36063034303030305C026175")
    chip = SoftwareChip(Card(icao.D_KEY, {lds.COM: com}), gives(icao.D_NONCE_IC, icao.D_HALF_IC))
    assert chip(raw("00A4040C07A0000002471001")) == raw("9000")
    for command, answer in icao.D_BAC:
        assert chip(raw(command)).hex().upper() == answer
    for _, over, back, _ in icao.D_READ:
        assert chip(raw(over)).hex().upper() == back


def test_where_several_ways_are_offered_the_strongest_is_taken_and_named() -> None:
    offers = tuple(PaceInfo(protocol, 13) for protocol in reversed(PROTOCOLS))
    found, _ = contents(SoftwareChip(offering(*offers, PaceInfo("0.4.0.127.0.7.2.2.4.1.2", 0))))
    assert found.opened is Opened.BAC
    found, _ = contents(SoftwareChip(offering(*offers)), BY_PACE)
    assert found.opened is Opened.PACE


@pytest.mark.parametrize(
    "card",
    [
        offering(),
        offering(PaceInfo("0.4.0.127.0.7.2.2.4.1.2", 0)),
        dataclasses.replace(CARD, refuses_pace=True),
    ],
    ids=["not offered", "unknown to us", "refused"],
)
def test_without_pace_bac_opens(card: Card) -> None:
    found, _ = contents(SoftwareChip(card), BY_PACE)
    assert found.opened is Opened.BAC


def test_the_access_number_alone_opens_nothing_where_pace_is_not() -> None:
    with pytest.raises(KeyMissingError):
        contents(SoftwareChip(offering()), Access(can=HOA.can))
    with pytest.raises(RefusedByChipError):
        contents(SoftwareChip(dataclasses.replace(CARD, refuses_pace=True)), Access(can=HOA.can))


@pytest.mark.parametrize("access", [Access(), Access(can="999999"), Access(can="00123")])
def test_without_a_whole_key_nothing_is_opened(access: Access) -> None:
    with pytest.raises((KeyMissingError, WrongKeyError)):
        contents(SoftwareChip(CARD), access)


def test_a_wrong_zone_opens_neither_way() -> None:
    wrong = MrzKey("190001234", "900520", "310520")
    for first in Opened:
        with pytest.raises(WrongKeyError):
            contents(SoftwareChip(CARD), Access(wrong, first=first))


def test_the_face_is_read_only_where_it_is_asked_for_and_fingerprints_never() -> None:
    asked: list[bytes] = []
    files = {**CARD.files, lds.group_file(3): b"\x63\x00", lds.group_file(4): b"\x76\x00"}
    files[lds.COM] = raw("600F5F0104303130375C06617563766D6E")
    chip = SoftwareChip(dataclasses.replace(CARD, files=files))
    original = chip.card.files

    class Watched(dict[int, bytes]):
        def get(self, key: int, _default: object = None) -> bytes | None:  # type: ignore[override]
            asked.append(bytes((key & 0xFF,)))
            return super().get(key)

    chip.card = dataclasses.replace(chip.card, files=Watched(original))
    found, _ = contents(chip)
    assert set(found.groups) == {lds.DG1, lds.DG13, lds.DG14}
    found, _ = contents(chip, with_face=True)
    assert set(found.groups) == {lds.DG1, lds.DG2, lds.DG13, lds.DG14}
    assert not {b"\x03", b"\x04"} & set(asked)


def test_progress_grows_to_its_end() -> None:
    _, told = contents(SoftwareChip(CARD), with_face=True)
    assert told == sorted(told)
    assert told[-1] == 100
    assert len(set(told)) > 10


def test_a_chip_that_nobody_signed_is_read_all_the_same() -> None:
    found, _ = contents(SoftwareChip(card_of(HOA, None)))
    assert found.sod == b""


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"\x61\x05\x5f",
        b"\x75\x00",
        b"\x61\x84\x00\x10\x00\x00",
        b"\x61\x82\xff\xff" + bytes(70_000),
    ],
    ids=["empty", "cut", "another", "endless", "long"],
)
def test_a_file_that_is_not_whole_is_refused(file: bytes) -> None:
    files = {**CARD.files, lds.group_file(lds.DG1): file}
    chip = SoftwareChip(dataclasses.replace(CARD, files=files))
    with pytest.raises((BadAnswerError, RefusedByChipError)):
        contents(chip)


def test_a_chip_that_knows_no_cardaccess_is_opened_by_bac() -> None:
    """As the first commands go over the air to a CCCD: no SELECT MF."""
    script = Script(
        ("00A4020C02011C", "6A82"),
        ("00A4040C07A0000002471001", "9000"),
        ("0084000008", "6D00"),
    )
    with pytest.raises(RefusedByChipError):
        read(script, BY_PACE, with_face=False, progress=lambda _: None)
    assert script.is_told


def test_a_chip_that_opens_by_pace_alone_is_no_card_of_something_else() -> None:
    """Only a setting helps (`access = "pace"`), and the refusal says so."""
    script = Script(("00A4040C07A0000002471001", "6982"))
    with pytest.raises(RefusedByChipError, match="without PACE"):
        read(script, BY_BAC, with_face=False, progress=lambda _: None)


class Meddler:
    """Somebody between chip and reader, who alters one of the chip's answers."""

    def __init__(self, chip: SoftwareChip, at: int, alter: Callable[[bytes], bytes]) -> None:
        self._chip = chip
        self._left = at
        self._alter = alter
        self.altered = False

    def __call__(self, command: bytes) -> bytes:
        answer = self._chip(command)
        self._left -= 1
        if self._left != 0:
            return answer
        other = self._alter(answer)
        self.altered = other != answer
        return other


ALTERED: st.SearchStrategy[Callable[[bytes], bytes]] = st.one_of(
    st.tuples(st.integers(0, 300), st.integers(1, 255)).map(
        lambda how: (
            lambda answer: bytes(
                octet ^ (how[1] if at == how[0] % len(answer) else 0)
                for at, octet in enumerate(answer)
            )
        )
    ),
    st.integers(0, 40).map(lambda cut: lambda answer: answer[cut:]),
    st.integers(1, 40).map(lambda cut: lambda answer: answer[:-cut]),
    st.binary(max_size=80).map(lambda other: lambda _: other),
)


@pytest.mark.parametrize("first", Opened)
@settings(max_examples=60)
@given(at=st.integers(1, 22), alter=ALTERED)
def test_whoever_meddles_with_a_chips_answers_changes_nothing_that_is_read(
    first: Opened, at: int, alter: Callable[[bytes], bytes]
) -> None:
    """It is read as it is in the chip, or refused by name; never with another content."""
    meddler = Meddler(SoftwareChip(CARD), at, alter)
    try:
        found = read(
            meddler, Access(HOA.key, first=first), with_face=False, progress=lambda _: None
        )
    except ChipError:
        assert meddler.altered
        return
    for group, data in found.groups.items():
        assert data == CARD.files[lds.group_file(group)]
