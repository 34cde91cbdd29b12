"""A made-up citizen's chip at every step of reading it."""

from collections.abc import Iterator

from msgspec.structs import replace

from devices.chip.messages import Proof
from devices.chip.words import PROVES
from kiosk.ui.flows.chip.pages import (
    AboutChip,
    CardKey,
    ChipConsent,
    ChipFound,
    ChipLay,
    ChipLine,
    ChipReview,
    ChipStopped,
    ChipTries,
    ChipTrouble,
    KeyLine,
)
from kiosk.ui.flows.number.pages import Errand, ScanCard
from kiosk.ui.flows.prepare.pages import FilingForm
from kiosk.ui.keyboard.keys import Kind
from kiosk.ui.keyboard.typing import field
from kiosk.ui.state import AnyPage, Note, State
from kiosk.ui.world import ChipState
from tests.kiosk.ui.filings import FILING, SAID

CAME = FilingForm(filing=FILING)
KEY = CardKey(number=SAID.number, birth="20051960", expiry="20052030")
FOUND = ChipFound(
    number=SAID.number,
    name=SAID.name,
    birth="20051960",
    sex=SAID.sex,
    address=SAID.address,
    proves=PROVES[Proof.SIGNED_BY_KNOWN_ISSUER].vi,
    proves_en=PROVES[Proof.SIGNED_BY_KNOWN_ISSUER].en,
    usable=True,
)
EXPIRY = field(Kind.NUMBER, max_length=8)


def chip_pages() -> tuple[AnyPage, ...]:
    """Return one of each page of reading a chip."""
    return (
        ChipConsent(came=CAME),
        ChipLine(came=CAME, key=KEY, line=KeyLine.EXPIRY, typing=EXPIRY.filled("2005")),
        ChipLay(came=CAME, key=KEY, ask=1),
        ChipStopped(came=CAME, key=KEY, trouble=ChipTrouble.WRONG_KEY),
        ChipReview(came=CAME, found=FOUND),
    )


def chip_situations(morning: State) -> Iterator[tuple[str, State]]:
    """Yield the pages as they are met otherwise, and where the chip is offered."""
    offered = with_chip(morning)
    scan_card = ScanCard(errand=Errand(service="ho-tich"))
    number = field(Kind.NUMBER, max_length=12).filled(SAID.number)
    asks_number = ChipLine(came=CAME, key=CardKey(), line=KeyLine.NUMBER, typing=number)
    pages: dict[str, AnyPage] = {
        "offered-form": CAME,
        "offered-form-more": replace(CAME, first=3),
        "offered-scan": scan_card,
        "consent-more": ChipConsent(came=CAME, part=1),
        "consent-number": ChipConsent(came=scan_card),
        "line-number": asks_number,
        "line-birth": replace(asks_number, line=KeyLine.BIRTH, typing=EXPIRY),
        "line-expiry": replace(asks_number, line=KeyLine.EXPIRY, typing=EXPIRY),
        "reading": ChipLay(came=CAME, key=KEY, ask=1, percent=75),
        "stopped-can": ChipStopped(
            came=CAME, key=CardKey(can="123456"), trouble=ChipTrouble.WRONG_KEY
        ),
        **{f"stopped-{why}": ChipStopped(came=CAME, key=KEY, trouble=why) for why in ChipTrouble},
    }
    for proof in Proof:
        usable = proof not in (Proof.SIGNATURE_WRONG, Proof.HASHES_WRONG)
        told = PROVES[proof]
        found = replace(FOUND, proves=told.vi, proves_en=told.en, usable=usable)
        for part in range(3):
            pages[f"review-{proof}-{part}"] = ChipReview(came=CAME, found=found, part=part)
    pages["review-unusable"] = ChipReview(came=CAME, found=replace(FOUND, usable=False))
    for name, page in pages.items():
        yield f"chip-{name}", replace(offered, page=page)
    by_can = replace(offered, world=replace(offered.world, chip_takes_can=True))
    yield "chip-line-can", replace(by_can, page=asks_number)
    tried = replace(offered, chip_tries=ChipTries(readings=2, wrong=2))
    yield "chip-stopped-last", replace(tried, page=chip_pages()[3])
    for about in AboutChip:
        note = Note(about=about, until=1010.0)
        yield f"note-chip-{about}", replace(offered, page=asks_number, note=note)
        yield f"note-chip-lay-{about}", replace(offered, page=chip_pages()[2], note=note)


def with_chip(state: State) -> State:
    """Return the state of a site that reads chips, at a box that can."""
    site = replace(state.world.site, chip_reading=True) if state.world.site else None
    return replace(state, world=replace(state.world, site=site, chip=ChipState.READY))
