"""What only PC/SC has: a service that may be away, and readers by name."""

import asyncio
from pathlib import Path

import pytest

from devices.chip.applet import SoftwareChip
from devices.chip.errors import BadIssuersError, NoServiceError
from devices.chip.messages import CardPlaced, ChipProgress, ReadChip
from devices.chip.pcsc import PcscChipReaderConfig
from devices.chip.port import ChipReader
from devices.chip.specimen import HOA
from devices.contract.errors import DeviceError, TakenError, UnpluggedError
from tests.counterparts.smartcard import Wire, pcscd
from tests.counterparts.users import needs_root
from tests.devices.chip.rigs import CARD, Slow

pytestmark = pytest.mark.real
PRINTED = ReadChip(number=HOA.fields.number, birth=HOA.key.birth, expiry=HOA.key.expiry)


@pytest.fixture(autouse=True)
def root() -> None:
    needs_root()


async def card_on(reader: ChipReader) -> None:
    async with asyncio.timeout(10):
        async for signal in reader.happenings():
            if isinstance(signal, CardPlaced):
                return


async def test_without_the_service_the_reader_is_named_missing_and_heals(pcsc_folder: Path) -> None:
    reader = PcscChipReaderConfig(csca_folder="").build()
    with pytest.raises(NoServiceError):
        await reader.open()
    with pcscd(pcsc_folder, Wire()):
        async with reader:
            assert (await reader.check()).facts["reader"] == "Virtual PCD 00 00"


async def test_a_service_that_ends_is_noticed_and_the_next_is_used(pcsc_folder: Path) -> None:
    reader = PcscChipReaderConfig(csca_folder="").build()
    with pcscd(pcsc_folder, Wire()):
        await reader.open()
    with pytest.raises(DeviceError):
        await reader.check()
    wire = Wire()
    with pcscd(pcsc_folder, wire):
        async with reader:
            wire.lay(SoftwareChip(CARD))
            await card_on(reader)
            assert (await reader.read(PRINTED)).fields == HOA.fields


async def test_a_reader_that_pcscd_does_not_know_is_not_there(pcsc_folder: Path) -> None:
    with pcscd(pcsc_folder, Wire()):
        with pytest.raises(UnpluggedError):
            await PcscChipReaderConfig(reader="Omnikey", csca_folder="").build().open()
        async with PcscChipReaderConfig(reader="PCD 00 01", csca_folder="").build() as reader:
            assert (await reader.check()).facts["reader"] == "Virtual PCD 00 01"


async def test_a_bad_issuer_is_named_when_the_reader_opens(
    pcsc_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "csca.pem").write_text("nothing")
    with pcscd(pcsc_folder, Wire()), pytest.raises(BadIssuersError):
        await PcscChipReaderConfig(csca_folder=str(tmp_path)).build().open()


async def test_a_card_that_another_program_reads_is_taken(pcsc_folder: Path) -> None:
    wire = Wire()
    one, other = (PcscChipReaderConfig(csca_folder="").build() for _ in range(2))
    with pcscd(pcsc_folder, wire):
        async with one, other:
            wire.lay(Slow(SoftwareChip(CARD), 0.03))
            await card_on(one)
            first = asyncio.create_task(one.read(PRINTED))
            happenings = one.happenings()
            async with asyncio.timeout(10):
                assert isinstance(await anext(happenings), ChipProgress)
            with pytest.raises(TakenError):
                await other.read(PRINTED)
            assert (await first).fields == HOA.fields
            assert (await other.read(PRINTED)).fields == HOA.fields
