"""A card's chip fills a declaration at a real kiosk's back room.

Real broker, counter server, device process and pcscd; the card is a chip of software.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from devices.chip.applet import SoftwareChip
from devices.chip.messages import Proof
from devices.chip.pcsc import PcscChipReaderConfig
from devices.chip.specimen import HOA
from devices.chip.words import PROVES
from kiosk.ui.events import Back, PressKey, Suggest
from kiosk.ui.flows.chip import pages as c
from kiosk.ui.flows.chip.texts import VIETNAMESE
from kiosk.ui.flows.menu.pages import OpenMenu
from kiosk.ui.flows.prepare import pages as p
from kiosk.ui.keyboard.keys import Act
from kiosk.ui.screen import Listing, Message, Sheet
from tests.counterparts.smartcard import Wire, pcscd
from tests.counterparts.users import needs_root
from tests.devices.chip.rigs import CARD, Torn
from tests.kiosk.counter.drafting import drafts_config, in_memory
from tests.kiosk.ui.office import LookedAt, Office, open_office
from tests.kiosk.ui.test_office import holding, home

pytestmark = pytest.mark.real
QR = f"{HOA.fields.number}||{HOA.fields.name}|20051990|Nữ|Gio Linh|15042022"
DONE = PressKey(act=Act.DONE)


@asynccontextmanager
async def a_place(folder: Path, pcsc: Path) -> AsyncIterator[tuple[Office, Wire, LookedAt]]:
    """Open a site that reads chips, with a reader that pcscd knows."""
    needs_root()
    wire = Wire()
    async with AsyncExitStack() as stack:
        office = await stack.enter_async_context(open_office(folder))
        memory = stack.enter_context(in_memory())
        stack.enter_context(pcscd(pcsc, wire))
        (folder / "csca").mkdir()
        office.counter_config = replace(
            office.counter_config, chip_reading=True, drafts=drafts_config(memory)
        )
        office.devices_config = replace(
            office.devices_config, chip=PcscChipReaderConfig(csca_folder=str(folder / "csca"))
        )
        await stack.enter_async_context(office.counter())
        await stack.enter_async_context(office.devices())
        seen = await stack.enter_async_context(office.kiosk())
        yield office, wire, seen


async def to_the_expiry_date(office: Office, seen: LookedAt) -> None:
    """Begin a declaration, agree to have the chip read, and show the card's QR for its key."""
    await home(seen)
    await seen.touch(OpenMenu())
    await seen.on("Menu")
    await seen.touch(p.OpenPrepare(procedure="1.000894"))
    await seen.on("FilingConsent")
    await seen.touch(p.Agree())
    await seen.with_body(Listing, lambda body: body.rows[0].action == c.OpenChip())
    await seen.touch(c.OpenChip())
    await seen.on("ChipConsent")
    await seen.touch(c.AgreeChip())
    await seen.on("ChipLine")
    office.scan(QR)
    await seen.says(VIETNAMESE.notes[c.AboutChip.CODE_READ])


async def write(seen: LookedAt, date: str) -> None:
    await seen.touch(Suggest(text=date))
    await seen.touch(DONE)


async def test_a_chip_fills_the_declaration_and_what_goes_wrong_is_said(
    tmp_path: Path, pcsc_folder: Path
) -> None:
    """A wrong date, a card pulled away in mid-read, then the whole card; nothing stays (PRI-2)."""
    async with a_place(tmp_path, pcsc_folder) as (office, wire, seen):
        await to_the_expiry_date(office, seen)
        await write(seen, "21052030")
        await seen.with_body(Message, lambda body: body.title == VIETNAMESE.lay_title)
        wire.lay(SoftwareChip(CARD))
        wrong = await seen.with_body(Message, lambda body: body.title == VIETNAMESE.wrong_title)
        assert wrong.lines == (VIETNAMESE.wrong_line, VIETNAMESE.tries_left.format(count=2))
        wire.take_for_good()
        wire.lay(Torn(SoftwareChip(CARD), 9))
        await seen.touch(c.MendKey())
        await seen.on("ChipLine")
        await write(seen, "20052030")
        await seen.says(VIETNAMESE.notes[c.AboutChip.CARD_MOVED])
        await seen.on("ChipLay")
        wire.take()
        wire.lay(SoftwareChip(CARD))
        await seen.on("ChipReview")
        await seen.touch(c.ShowChip(part=1))
        proves = PROVES[Proof.UNKNOWN_ISSUER].vi
        await seen.with_body(Sheet, lambda body: any(proves in note for note in body.notes))
        await seen.touch(c.TakeFound())
        form = await seen.with_body(Listing, lambda body: len(body.rows) > 1)
        assert form.rows[1].title.endswith(HOA.fields.name)
        await seen.touch(Back())
        await seen.on("FilingConsent")
        await seen.touch(Back())
        await seen.on("Home")
        for mark in (HOA.fields.number.encode(), HOA.fields.name.encode()):
            assert holding(tmp_path, mark) == {"scans"}  # the control: the twin's own inbox
