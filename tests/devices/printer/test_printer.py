"""The port's suite: the same for the twin and for emupos behind every wire that answers."""

import asyncio

import pytest

from devices.contract.message import Health
from devices.printer.port import (
    CoverOpenError,
    OutOfPaperError,
    PrinterError,
    PrinterOfflineError,
)
from devices.printer.raster import draw
from tests.devices.printer.conftest import Bench
from tests.devices.printer.samples import A_RECEIPT, differing_dots

STATES = {
    "paper-near-end": (Health.WARNING, "printer.paper_near_end"),
    "paper-out": (Health.FAULT, "printer.out_of_paper"),
    "cover-open": (Health.FAULT, "printer.cover_open"),
    "offline": (Health.FAULT, "printer.offline"),
}
REFUSALS: dict[str, type[PrinterError]] = {
    "paper-out": OutOfPaperError,
    "cover-open": CoverOpenError,
    "offline": PrinterOfflineError,
}


async def test_a_receipt_comes_out_as_it_was_drawn(bench: Bench) -> None:
    await bench.printer.print(A_RECEIPT)
    (paper,) = bench.pictures()
    assert differing_dots(paper, draw(A_RECEIPT, 576).whole()) == 0


async def test_two_receipts_are_two_pieces_of_paper(bench: Bench) -> None:
    await bench.printer.print(A_RECEIPT)
    await bench.printer.print(A_RECEIPT)
    assert len(bench.pictures()) == 2


async def test_a_printer_in_order_is_ready(bench: Bench) -> None:
    state = await bench.printer.check()
    assert (state.health, state.code) == (Health.READY, "")


@pytest.mark.parametrize("fault", STATES)
async def test_each_state_is_seen_within_a_second_and_gone_when_mended(
    bench: Bench, fault: str
) -> None:
    async with asyncio.timeout(1):
        bench.break_it(fault)
        state = await bench.printer.check()
    assert (state.health, state.code) == STATES[fault]
    assert state.text
    bench.mend()
    assert (await bench.printer.check()).health is Health.READY


@pytest.mark.parametrize("fault", REFUSALS)
async def test_a_printer_that_cannot_print_refuses_the_whole_receipt(
    bench: Bench, fault: str
) -> None:
    bench.break_it(fault)
    with pytest.raises(REFUSALS[fault]) as refused:
        await bench.printer.print(A_RECEIPT)
    assert not refused.value.begun
    bench.mend()
    assert bench.pictures() == []


async def test_a_roll_nearly_finished_still_prints(bench: Bench) -> None:
    bench.break_it("paper-near-end")
    await bench.printer.print(A_RECEIPT)
    assert len(bench.pictures()) == 1


async def test_the_self_test_prints_a_ticket_and_says_so(bench: Bench) -> None:
    result = await bench.printer.self_test()
    assert result.passed
    assert len(bench.pictures()) == 1


async def test_the_self_test_says_what_is_wrong(bench: Bench) -> None:
    bench.break_it("cover-open")
    result = await bench.printer.self_test()
    assert not result.passed
    assert "cover" in result.text


async def test_closing_twice_is_harmless_and_opening_again_prints(bench: Bench) -> None:
    await bench.printer.close()
    await bench.printer.close()
    await bench.printer.open()
    await bench.printer.print(A_RECEIPT)
    assert len(bench.pictures()) == 1
