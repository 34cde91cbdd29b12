"""Tickets and slips through random faults of their printer: how many are lost, how many doubled."""

import asyncio
import multiprocessing
import random
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bench.table import Table
from tests.flows.papers import FAULTS, Told, box_at_work, judged, papers_through_faults

PAPERS, BOXES = 1000, 4


@dataclass(frozen=True)
class Run:
    """What one box's run came to."""

    told: Counter[str]
    faults: Counter[str]
    moments: Counter[str]
    wrong: dict[str, int]
    marked: int
    marked_twins: int
    pieces: int


def measure() -> Table:
    """Return the count of 1,000 papers, and of the faults they went through."""
    seed = random.SystemRandom().randrange(10**6)
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(BOXES, mp_context=spawned) as pool:
        runs = list(pool.map(_box, [seed + at for at in range(BOXES)]))
    told, faults, moments = Counter[str](), Counter[str](), Counter[str]()
    for run in runs:
        told, faults, moments = told + run.told, faults + run.faults, moments + run.moments
    wrong = {name: sum(run.wrong[name] for run in runs) for name in runs[0].wrong}
    return Table(
        title="Tickets and receipts through printer faults",
        how=(
            f"{PAPERS} papers of {BOXES} boxes (`motcua devices`, asked over mosquitto as a kiosk "
            "asks; tickets are asked for until they are there, a slip that was told not to be "
            "printed is asked for anew), on emupos behind a line that fails: "
            f"{', '.join(FAULTS)}, in turn, at random bytes or about the end of a receipt. Every "
            "picture is read (each wears a QR symbol of its own) and compared with its paper dot "
            f"by dot. Seed {seed}. *In doubt*: process, line or power went away between "
            "the last bytes of a paper and the printer's confirmation. Nobody can ask this printer "
            "then, so the paper is printed again with the mark IN LẠI · REPRINT; *both came out* "
            "counts those whose first one was there too."
        ),
        head=("", "papers"),
        rows=(
            ("asked for", str(sum(told.values()))),
            ("told as printed", str(told[Told.PRINTED.name])),
            ("of these not there whole: lost", str(wrong["lost"])),
            ("there whole twice: doubled", str(wrong["doubled"])),
            ("told as not printed", str(told[Told.NOT_PRINTED.name])),
            ("of these there whole", str(wrong["denied"])),
            ("told as perhaps printed, at last", str(told[Told.IN_DOUBT.name])),
            ("torn pieces, each seen as such", str(sum(run.pieces for run in runs))),
            ("what is no paper and no piece of one", str(wrong["strange"])),
            ("in doubt: printed again with a mark", str(sum(run.marked for run in runs))),
            ("of these both came out", str(sum(run.marked_twins for run in runs))),
            ("faults", str(sum(faults.values()))),
            ("of these about the end of a paper", str(_about_the_end(moments))),
            ("of these kill -9 of the device process", str(faults["killed"])),
        ),
    )


def _about_the_end(moments: Counter[str]) -> int:
    return sum(count for moment, count in moments.items() if moment != "SOMEWHERE")


def _box(seed: int) -> Run:
    return asyncio.run(_at_work(seed))


async def _at_work(seed: int) -> Run:
    with tempfile.TemporaryDirectory() as name:
        async with box_at_work(Path(name, "box")) as (box, public):
            faults = await papers_through_faults(box, public, papers=PAPERS // BOXES, seed=seed)
            marked = box.marked()
        verdict = await asyncio.to_thread(judged, public.sheets, box.pictures())
    if not verdict.is_clean:
        print(f"seed {seed}: {verdict.lost=} {verdict.doubled=}", flush=True)
        print(f"{verdict.denied=} {verdict.strange=}", flush=True)
    return Run(
        told=Counter(each.told.name for each in public.sheets),
        faults=faults.struck,
        moments=Counter({moment.name: count for moment, count in faults.moments.items()}),
        wrong={
            "lost": len(verdict.lost),
            "doubled": len(verdict.doubled),
            "denied": len(verdict.denied),
            "strange": len(verdict.strange),
        },
        marked=marked,
        marked_twins=len(verdict.marked_twins),
        pieces=sum(came.pieces for came in verdict.came.values()),
    )
