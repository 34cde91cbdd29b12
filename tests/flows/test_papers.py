"""Tickets and slips through every fault of their printer; `bench papers1000` has 1,000."""

import asyncio
from pathlib import Path

import pytest

from tests.flows.papers import FAULTS, Told, box_at_work, judged, papers_through_faults, sheet

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

SHORT = ("ticket", "appointment", "dossier", "payment")


async def test_forty_papers_through_every_fault_are_there_once_and_told_as_they_are(
    tmp_path: Path,
) -> None:
    async def at_one_box(seed: int, failing: tuple[str, ...]) -> set[str]:
        async with box_at_work(tmp_path / str(seed)) as (box, public):
            faults = await papers_through_faults(
                box, public, papers=10, seed=seed, kinds=SHORT, failing=failing, between=(1, 2)
            )
            verdict = await asyncio.to_thread(judged, public.sheets, box.pictures())
            assert verdict.is_clean, verdict
            assert sum(each.told is Told.PRINTED for each in public.sheets) >= 10
            assert len(verdict.marked_twins) <= box.marked(), "in doubt, and told so on the paper"
        return set(faults.struck)

    async with asyncio.TaskGroup() as group:
        boxes = [group.create_task(at_one_box(seed, FAULTS[seed::4])) for seed in range(4)]
    assert set().union(*(box.result() for box in boxes)) == set(FAULTS)


async def test_a_printer_that_forgets_or_repeats_and_words_that_lie_are_found_out(
    tmp_path: Path,
) -> None:
    """Negative controls of the judgement."""
    async with box_at_work(tmp_path / "box") as (box, public):
        forgotten, repeated, denied = (sheet(name, "appointment") for name in "abc")
        for one in (forgotten, repeated, denied):
            await public.takes_ticket(one)
            await public.takes_ticket(one)  # a job done is not done again
        never = sheet("d", "appointment")
        sheets = [forgotten, repeated, denied, never]
        assert judged(sheets, box.pictures()).is_clean
        await box.kill()
        box.book().unlink()
        await box.begin()
        await public.takes_ticket(forgotten)
        await public.takes_ticket(repeated, job="another")
        never.told, denied.told = Told.PRINTED, Told.NOT_PRINTED
        verdict = judged(sheets, box.pictures())
    assert verdict.doubled == ["a", "b"]
    assert verdict.lost == ["d"]
    assert verdict.denied == ["c"]
