"""A chip is read for the parts of its own box, never for the province, and written down nowhere."""

import asyncio
from pathlib import Path

import msgspec
import structlog

from devices.chip.applet import SoftwareChip
from devices.chip.messages import (
    CardPlaced,
    CardTaken,
    ChipProgress,
    ChipSignal,
    ForgetChip,
    Proof,
    ReadChip,
)
from devices.chip.simulated import SimulatedChipReader, SimulatedChipReaderConfig
from devices.chip.specimen import HOA, card_of
from devices.contract.message import Health, encode
from devices.host import Equipment
from devices.hosted import Fitted
from devices.messages import Kind, TestDevice
from tests.devices.boxes import box_in_memory
from tests.devices.chip.rigs import Slow
from tests.waiting import until

PRINTED = ReadChip(
    number=HOA.fields.number, birth=HOA.key.birth, expiry=HOA.key.expiry, with_face=True, ask=7
)


def fitted(folder: Path) -> Equipment:
    config = SimulatedChipReaderConfig(
        card_file=str(folder / "card"), faults_file=str(folder / "fault"), csca_folder=""
    )
    return Equipment(chip=Fitted(config.build(), "simulated"))


async def test_a_chip_is_read_for_a_part_of_the_box_and_nothing_of_it_stays(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    signals: list[ChipSignal] = []
    decoder = msgspec.json.Decoder(ChipSignal)
    with structlog.testing.capture_logs() as logs:
        async with box_in_memory(fitted(tmp_path), tmp_path / "state") as user:
            user.on_signal = lambda payload: signals.append(decoder.decode(payload))
            await user.sees(Kind.CHIP, Health.READY)
            (tmp_path / "card").write_text("hoa")
            await until(lambda: CardPlaced() in signals, "the card's coming is told")
            said = await user.ask(PRINTED)
            await until(lambda: ChipProgress(percent=100, ask=7) in signals, "progress is told")
            (tmp_path / "card").unlink()
            await until(lambda: CardTaken() in signals, "the card's going is told")
            (tmp_path / "fault").write_text("unplugged")
            await user.sees(Kind.CHIP, Health.FAULT, "device.unplugged")
            (tmp_path / "fault").unlink()
            await user.sees(Kind.CHIP, Health.READY)
    assert said.fields == HOA.fields
    assert said.proof is Proof.UNKNOWN_ISSUER
    assert logs, "there was something to log"
    stays = b"".join(encode(status) for status in user.statuses).decode() + str(logs)
    for private in (HOA.fields.number, "Hoa", "HOA", HOA.key.birth):
        assert private not in stays
    assert not list((tmp_path / "state").iterdir())


async def test_a_reading_nobody_waits_for_ends_when_it_is_to_be_forgotten(tmp_path: Path) -> None:
    equipment = fitted(tmp_path)
    reader = equipment.chip.device if equipment.chip else None
    assert isinstance(reader, SimulatedChipReader)
    signals: list[ChipSignal] = []
    decoder = msgspec.json.Decoder(ChipSignal)
    async with box_in_memory(equipment, tmp_path) as user:
        user.on_signal = lambda payload: signals.append(decoder.decode(payload))
        await user.sees(Kind.CHIP, Health.READY)
        reader.lay(Slow(SoftwareChip(card_of(HOA, None)), 0.05))
        await until(lambda: CardPlaced() in signals, "the card's coming is told")
        reading = asyncio.create_task(user.refusal(PRINTED))
        await until(lambda: any(isinstance(one, ChipProgress) for one in signals), "it is read")
        await user.ask(ForgetChip())
        assert await reading == "chip.card_gone"
        reader.take()
        (tmp_path / "card").write_text("hoa")
        assert (await user.ask(PRINTED)).fields == HOA.fields


async def test_the_province_may_test_the_reader_and_never_read_a_chip(tmp_path: Path) -> None:
    (tmp_path / "card").write_text("hoa")
    async with box_in_memory(fitted(tmp_path), tmp_path) as user:
        user.on_signal = lambda _: None
        await user.sees(Kind.CHIP, Health.READY)
        assert await user.refusal_by_province(PRINTED) == "command.not_allowed"
        tested = await user.ask_from_province(TestDevice(device=Kind.CHIP))
    assert tested.result.passed
    assert "A card lies on it." in tested.result.text


async def test_what_cannot_be_read_is_refused_by_name(tmp_path: Path) -> None:
    async with box_in_memory(fitted(tmp_path), tmp_path) as user:
        user.on_signal = lambda _: None
        await user.sees(Kind.CHIP, Health.READY)
        assert await user.refusal(PRINTED) == "chip.no_card"
        (tmp_path / "card").write_text("binh")
        assert await user.refusal(PRINTED) == "chip.wrong_key"
        (tmp_path / "card").write_text("hoa")
        (tmp_path / "fault").write_text("removed")
        assert await user.refusal(PRINTED) == "chip.card_gone"
        (tmp_path / "fault").unlink()
        assert (await user.ask(PRINTED)).fields == HOA.fields


async def test_a_box_without_a_reader_says_so(tmp_path: Path) -> None:
    async with box_in_memory(Equipment(), tmp_path) as user:
        assert await user.refusal(PRINTED) == "device.none"
