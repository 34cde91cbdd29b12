"""What every chip reader owes, over the twin and over a real pcscd."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from devices.chip.applet import Card, SoftwareChip
from devices.chip.errors import (
    CardGoneError,
    KeyMissingError,
    NoCardError,
    NoDocumentError,
    TooSlowError,
    WrongKeyError,
    WrongMacError,
)
from devices.chip.messages import (
    CardPlaced,
    CardTaken,
    ChipProgress,
    ChipSignal,
    Opened,
    Proof,
    ReadChip,
)
from devices.chip.specimen import BINH, HOA, card_of, face_picture, tampered, with_signature_of
from devices.contract.clock import SystemClock, local_day
from devices.contract.message import Health
from tests.devices.chip.rigs import (
    CARD,
    ISSUER,
    Other,
    PcscRig,
    Rig,
    Slow,
    Torn,
    TwinRig,
)

WITHIN_S = 10.0
PRINTED = ReadChip(number=HOA.fields.number, birth=HOA.key.birth, expiry=HOA.key.expiry, ask=7)
VALID_TO = datetime.strptime(HOA.fields.expires, "%d/%m/%Y").date()  # noqa: DTZ007 - a date
WARNED = ("expired",) if local_day(SystemClock().now()) > VALID_TO else ()


@pytest.fixture(
    params=[TwinRig, pytest.param(PcscRig, marks=pytest.mark.real)], ids=["twin", "pcscd"]
)
def rig(request: pytest.FixtureRequest, tmp_path: Path, pcsc_folder: Path) -> Iterator[Rig]:
    with request.param.made(tmp_path, pcsc_folder) as made:
        yield made


async def comes(happenings: AsyncIterator[ChipSignal], kind: type[ChipSignal]) -> ChipSignal:
    """Return the next signal of this kind."""
    async with asyncio.timeout(WITHIN_S):
        async for signal in happenings:
            if isinstance(signal, kind):
                return signal
    raise AssertionError("the stream ended by itself")


async def test_a_card_is_read_whole_and_its_signature_judged(rig: Rig) -> None:
    rig.knows(ISSUER)
    async with rig.reader() as reader:
        rig.lay(CARD)
        await comes(reader.happenings(), CardPlaced)
        said = await reader.read(
            ReadChip(number="190001234", birth=HOA.key.birth, expiry=HOA.key.expiry, with_face=True)
        )
    assert said.fields == HOA.fields
    assert (said.zone.surname, said.zone.given_names) == ("NGUYEN", "THI HOA")
    assert said.zone.personal_number == HOA.fields.number
    assert said.face is not None
    assert (said.face.kind, said.face.picture) == ("jpeg", face_picture())
    assert (said.opened, said.proof) == (Opened.BAC, Proof.SIGNED_BY_KNOWN_ISSUER)
    assert said.warnings == WARNED


async def test_without_an_issuer_only_a_chip_answers(rig: Rig) -> None:
    """ID-12."""
    async with rig.reader() as reader:
        rig.lay(CARD)
        await comes(reader.happenings(), CardPlaced)
        said = await reader.read(PRINTED)
    assert said.proof is Proof.UNKNOWN_ISSUER
    assert said.face is None
    assert "Chỉ cho thấy có một con chip trả lời" in said.proves


@pytest.mark.parametrize("command", [PRINTED, ReadChip(can=HOA.can)], ids=["zone", "can"])
async def test_pace_opens_with_the_zone_or_the_access_number(rig: Rig, command: ReadChip) -> None:
    async with rig.reader("pace") as reader:
        rig.lay(CARD)
        await comes(reader.happenings(), CardPlaced)
        said = await reader.read(command)
    assert (said.opened, said.warnings) == (Opened.PACE, WARNED)


async def test_where_pace_is_refused_bac_opens(rig: Rig) -> None:
    async with rig.reader("pace") as reader:
        rig.lay(dataclasses.replace(CARD, refuses_pace=True))
        await comes(reader.happenings(), CardPlaced)
        assert (await reader.read(PRINTED)).opened is Opened.BAC


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (ReadChip(number="190001235", birth="900520", expiry="300520"), WrongKeyError),
        (ReadChip(number="190001234"), KeyMissingError),
    ],
    ids=["number", "half"],
)
async def test_a_chip_does_not_open_with_a_wrong_key_and_then_does(
    rig: Rig, command: ReadChip, error: type[Exception]
) -> None:
    async with rig.reader() as reader:
        rig.lay(CARD)
        await comes(reader.happenings(), CardPlaced)
        with pytest.raises(error):
            await reader.read(command)
        assert (await reader.read(PRINTED)).fields == HOA.fields


async def test_where_no_card_lies_none_is_read(rig: Rig) -> None:
    async with rig.reader() as reader:
        with pytest.raises(NoCardError):
            await reader.read(PRINTED)
        assert (await reader.check()).facts["card_there"] is False


async def test_a_card_taken_away_half_way_is_named_and_the_next_is_read(rig: Rig) -> None:
    async with rig.reader() as reader:
        rig.lay_chip(Torn(SoftwareChip(CARD), 9))
        happenings = reader.happenings()
        await comes(happenings, CardPlaced)
        with pytest.raises(CardGoneError):
            await reader.read(PRINTED)
        rig.take()
        await comes(happenings, CardTaken)
        rig.lay(CARD)
        await comes(happenings, CardPlaced)
        assert (await reader.read(PRINTED)).fields == HOA.fields


async def test_coming_going_and_progress_are_told(rig: Rig) -> None:
    async with rig.reader() as reader:
        happenings = reader.happenings()
        rig.lay(CARD)
        assert await comes(happenings, CardPlaced) == CardPlaced()
        assert (await reader.check()).facts["card_there"] is True
        await reader.read(PRINTED)
        assert await comes(happenings, ChipProgress) == ChipProgress(percent=100, ask=7)
        rig.take()
        assert await comes(happenings, CardTaken) == CardTaken()


@pytest.mark.parametrize(
    "card",
    [tampered(CARD), with_signature_of(CARD, card_of(BINH, ISSUER))],
    ids=["tampered", "another's signature"],
)
async def test_data_that_its_signature_does_not_cover_is_told(rig: Rig, card: Card) -> None:
    rig.knows(ISSUER)
    async with rig.reader() as reader:
        rig.lay(card)
        await comes(reader.happenings(), CardPlaced)
        said = await reader.read(PRINTED)
    assert said.proof is Proof.HASHES_WRONG
    assert "Không dùng dữ liệu này" in said.proves


async def test_answers_altered_on_their_way_are_not_used(rig: Rig) -> None:
    async with rig.reader() as reader:
        rig.lay(dataclasses.replace(CARD, garbles_macs=True))
        await comes(reader.happenings(), CardPlaced)
        with pytest.raises(WrongMacError):
            await reader.read(PRINTED)


async def test_a_card_of_something_else_is_named(rig: Rig) -> None:
    async with rig.reader() as reader:
        rig.lay_chip(Other())
        await comes(reader.happenings(), CardPlaced)
        with pytest.raises(NoDocumentError):
            await reader.read(PRINTED)


async def test_a_chip_that_takes_too_long_is_let_go_and_the_next_is_read(rig: Rig) -> None:
    async with rig.reader() as reader:
        rig.lay_chip(Slow(SoftwareChip(CARD), 0.2))
        happenings = reader.happenings()
        await comes(happenings, CardPlaced)
        with pytest.raises(TooSlowError):
            await reader.read(PRINTED, within_s=0.3)
        rig.take()
        await comes(happenings, CardTaken)
        rig.lay(CARD)
        await comes(happenings, CardPlaced)
        assert (await reader.read(PRINTED)).fields == HOA.fields


async def test_nothing_of_the_citizen_shows_in_state_or_repr(rig: Rig) -> None:
    async with rig.reader() as reader:
        rig.lay(CARD)
        await comes(reader.happenings(), CardPlaced)
        said = await reader.read(PRINTED)
        state = await reader.check()
        tested = await reader.self_test()
    assert state.health is Health.READY
    assert tested.passed
    shown = repr((state, tested, said, said.zone, said.fields, PRINTED, reader, CARD))
    for private in (HOA.fields.number, "Hoa", "HOA", "900520", "1990", HOA.can):
        assert private not in shown
