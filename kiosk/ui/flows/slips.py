"""Papers that are no ticket: printed once when asked for, and told to the citizen."""

import asyncio
from collections.abc import Callable

import structlog

from devices.receipt import Receipt
from kiosk.api.queue import Site
from kiosk.papers.sheet import Head
from kiosk.ui.asked import new_request_id
from kiosk.ui.clerk import Job
from kiosk.ui.devices_link import DevicesLink, MayBePrintedError, NotPrintedError
from kiosk.ui.events import AnyEffect, Event, PrintSlip, SlipNotPrinted, SlipPrinted
from kiosk.ui.moves import Step, stay, tell
from kiosk.ui.state import About, State
from kiosk.ui.world import PrinterState

_IN_DOUBT_S = 10.0  # how long somebody is kept waiting for a paper that may be there
_PAUSE_S = 1.0
_log = structlog.get_logger()
_MISSING = {PrinterState.NO_PAPER: About.NO_PAPER, PrinterState.NONE: About.NO_PRINTER}


def head(state: State, *, sample: bool = False) -> Head:
    """Return the head of a paper that is printed now, in the citizen's language.

    `sample` is for a paper about sample data at a site that has real ones (G-6).
    """
    site = state.world.site
    return Head(
        office=site.names if site else {},
        printed_at=state.wall,
        language=state.language,
        sample=sample or bool(site and site.sample_data),
    )


def print_slip(state: State, now: float, receipt: Receipt) -> Step:
    """Put a paper on paper, and say so; where there is no printer, say that."""
    if state.world.printer is not PrinterState.READY:
        return stay(tell(state, now, _MISSING.get(state.world.printer, About.PRINTER_FAULT)))
    if state.note and state.note.about is About.PRINTING:
        return stay(state)
    return tell(state, now, About.PRINTING), (PrintSlip(receipt=receipt),)


def printed(state: State, event: SlipPrinted | SlipNotPrinted, now: float) -> Step:
    """Ask the citizen to take the paper, or say what is the matter."""
    if isinstance(event, SlipPrinted):
        return stay(tell(state, now, About.TAKE_PAPER))
    return stay(tell(state, now, _MISSING.get(event.printer, About.PRINTER_FAULT)))


class SlipClerk:
    """Who puts them on paper."""

    def __init__(self, devices: DevicesLink, tell: Callable[[Event], None]) -> None:
        self._devices = devices
        self._tell = tell

    def begin(self, effect: AnyEffect, site: Site | None) -> Job | None:
        """Return the printing of a slip."""
        del site
        return self._print(effect) if isinstance(effect, PrintSlip) else None

    async def _print(self, effect: PrintSlip) -> None:
        try:
            await self._put(new_request_id(), effect.receipt)
        except NotPrintedError as error:
            _log.warning("slip.not_printed", text=error.sentence)
            self._tell(SlipNotPrinted(printer=error.printer))
            return
        self._tell(SlipPrinted())

    async def _put(self, job: str, receipt: Receipt) -> None:
        """Put it on paper; while it may be there, the same job is asked for: a new one doubles."""
        loop = asyncio.get_running_loop()
        end = loop.time() + _IN_DOUBT_S
        while True:
            try:
                await self._devices.print_receipt(job, receipt)
            except MayBePrintedError:
                if loop.time() > end:
                    raise
                await asyncio.sleep(_PAUSE_S)
            else:
                return
