"""The twin: specimens named in a file, and every way to fail on order."""

from pathlib import Path

import pytest

from devices.chip.errors import CardGoneError, NoCardError, WrongMacError
from devices.chip.messages import Opened, Proof, ReadChip
from devices.chip.simulated import ChipFault, SimulatedChipReaderConfig
from devices.chip.specimen import BINH, HOA, Person
from devices.contract.errors import MuteError, UnpluggedError


def printed(person: Person) -> ReadChip:
    return ReadChip(number=person.fields.number, birth=person.key.birth, expiry=person.key.expiry)


class Desk:
    """The twin and its two files."""

    def __init__(self, folder: Path) -> None:
        self.card, self.fault = folder / "card", folder / "fault"
        self.reader = SimulatedChipReaderConfig(
            card_file=str(self.card), faults_file=str(self.fault), access="pace", csca_folder=""
        ).build()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize(("name", "person"), [("hoa", HOA), ("binh", BINH)])
async def test_the_specimen_that_the_file_names_lies_there(
    desk: Desk, name: str, person: Person
) -> None:
    async with desk.reader as reader:
        with pytest.raises(NoCardError):
            await reader.read(printed(person))
        desk.card.write_text(f"{name}\n")
        said = await reader.read(printed(person))
        assert said.fields is not None
        assert (said.fields.name, said.opened) == (person.fields.name, Opened.PACE)
        assert (await reader.check()).facts["card_there"] is True


@pytest.mark.parametrize(
    ("fault", "error"), [(ChipFault.REMOVED, CardGoneError), (ChipFault.WRONG_MAC, WrongMacError)]
)
async def test_a_read_fails_on_order_and_then_does_not(
    desk: Desk, fault: ChipFault, error: type[Exception]
) -> None:
    desk.card.write_text("hoa")
    async with desk.reader as reader:
        desk.fault.write_text(fault)
        with pytest.raises(error):
            await reader.read(printed(HOA))
        desk.fault.unlink()
        assert (await reader.read(printed(HOA))).fields == HOA.fields


@pytest.mark.parametrize("fault", [ChipFault.TAMPERED, ChipFault.CLONED])
async def test_a_card_is_forged_on_order(desk: Desk, fault: ChipFault) -> None:
    desk.card.write_text("hoa")
    desk.fault.write_text(fault)
    async with desk.reader as reader:
        assert (await reader.read(printed(HOA))).proof is Proof.HASHES_WRONG


async def test_pace_is_refused_on_order_and_bac_opens(desk: Desk) -> None:
    desk.card.write_text("hoa")
    desk.fault.write_text(ChipFault.PACE_REFUSED)
    async with desk.reader as reader:
        assert (await reader.read(printed(HOA))).opened is Opened.BAC


@pytest.mark.parametrize(("word", "error"), [("unplugged", UnpluggedError), ("deaf", MuteError)])
async def test_the_reader_itself_fails_on_order(
    desk: Desk, word: str, error: type[Exception]
) -> None:
    async with desk.reader as reader:
        desk.fault.write_text(word)
        with pytest.raises(error):
            await reader.check()
