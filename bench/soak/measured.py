"""Thousands of sessions at one kiosk: what its memory grows by, and what is left of citizens."""

import asyncio
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from time import monotonic

from bench.finger import finger_on
from bench.soak.errands import ERRANDS
from bench.soak.glass import Glass, LostWayError
from bench.soak.sessions import PARTS, PULLED, Control, Figures, Soak
from bench.soak.site import Office, mirror_of, standing_office
from bench.table import Table
from provisioning.demo.sample import BOX_A

SESSIONS, WARM = 10_000, 500
MOST_MB = 5.0
"""What a kiosk's memory may grow by."""
_SAMPLES, _LOOKS, _NEAR, _TRIES = 100, 20, 3, 3
_SEED = 20261123
Work = Callable[[Soak], None]

_HOW = """\
`motcua kiosk` on Xvfb (1280 x 800), touched by X events (XTEST, {touches:,} touches), with real
brokers, controller, counter server, register and device process behind it (twins of printer,
scanner, headphones and document camera). {sessions:,} sessions by one seed: {errands}. Ended:
{ends}. Most take a number, as at a real kiosk; a dear errand is one in 100, an end by
patience one in 200, one with a part pulled away one in 200. Patience is 10 s here and not 65 s,
and a page takes touches at once: people are slower.
{lost} sessions lost their way and went home ({minutes:.0f} minutes in all). Counter server and
device process are killed now and then, and hold what their newest process holds.

One citizen's card, typed words, phone, codes and paper (with a QR symbol) are marked. After each
session: no file in the scans' folder, the screen dot by dot as before anybody came
({others} times it had to be compared with itself when it said the same, as while parts came back),
no mark in the mirrored widgets and the new lines of every log. {looks} times, and at the end:
everything that all processes wrote (state, SQLite files and journals with their WAL, the brokers'
stores, logs, temporary files, {searched:,.0f} MB at the end) and the folders in memory, for every
mark (NFC, NFD, without accents, capitals; UTF-8, UTF-16, JSON, percent, hex, base64) and for any
picture or PDF; at the end every text and every bytes that can be reached in the kiosk's process.
Found: **{found}**. What may stand is no mark: sealed drafts until they expire, numbers, and what a
citizen sent to the commune on purpose, in the commune's register. The same looks in the middle of a
session, before the kiosk was killed there: {control}."""


def measure(sessions: int = SESSIONS) -> Table:
    """Return what the sessions left."""
    began = monotonic()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        figures, control, held = asyncio.run(_soaked(Path(folder), sessions))
    for line in (*map(str, figures.traces[:50]), *figures.lost[:50]):
        print(line, file=sys.stderr)
    return _table(figures, control, held, minutes=(monotonic() - began) / 60)


async def driven(office: Office, work: Work) -> None:
    """Stand before the office's kiosk with a finger, and do some work there."""

    def drive() -> None:
        screen = office.province.screens[BOX_A].plan
        with finger_on(screen.display) as finger:
            soak = Soak(office, Glass(screen, mirror_of(office.root), finger), seed=_SEED)
            soak.begin()
            work(soak)

    await asyncio.to_thread(drive)


def growth_mb(figures: Figures, part: str, warm: int) -> tuple[float, float]:
    """Return what a part held after the first `warm` sessions and at the end: medians of three."""
    samples = [held[part] for after, held in figures.memory if after >= warm]
    first, last = samples[:_NEAR], samples[-_NEAR:]
    return statistics.median(first), statistics.median(last)


async def _soaked(root: Path, sessions: int) -> tuple[Figures, Control, float]:
    kept: list[tuple[Figures, Control, float]] = []

    def work(soak: Soak) -> None:
        every_kind(soak)
        _many(soak, sessions - 1)
        for what, where in (soak.kiosk_seen(deep=True).found or {}).items():
            soak.notice("the kiosk's memory", f"{what}: {where}")
        control = _interrupted(soak)
        soak.look()
        kept.append((soak.figures, control, _mb(root)))

    async with standing_office(root) as office:
        await driven(office, work)
    return kept[0]


def _interrupted(soak: Soak) -> Control:
    """Look in mid-session; once more where a busy machine lost the way to it."""
    for _ in range(_TRIES):
        try:
            return soak.interrupted()
        except LostWayError as error:
            soak.figures.lost.append(f"interrupted: {error}")
            soak.glass.home()
    return soak.interrupted()


def every_kind(soak: Soak, pulled: Iterable[str] = PULLED) -> None:
    """Live every kind of session and of end once, with these parts pulled away."""
    for errand in ERRANDS:
        soak.session(errand, "finished")
    soak.session("feedback not sent", "back")
    soak.session("number by card", "idle")
    for part in pulled:
        soak.session("prepared dossier", f"{part} pulled")


def _many(soak: Soak, sessions: int) -> None:
    figures, began = soak.figures, monotonic()
    print(f"every kind once: {figures.traces} found, {figures.lost} lost", file=sys.stderr)
    sampled, looked = max(1, sessions // _SAMPLES), max(1, sessions // _LOOKS)
    while figures.sessions < sessions:
        soak.any_session()
        if figures.sessions % sampled == 0:
            soak.measure()
            _told(figures, monotonic() - began)
        if figures.sessions % looked == 0:
            soak.look()
    soak.measure()


def _told(figures: Figures, seconds: float) -> None:
    after, held = figures.memory[-1]
    parts = ", ".join(f"{part} {mb:.1f} MB" for part, mb in held.items())
    seen = figures.seen[-1][1]
    print(
        f"{after} sessions in {seconds / 60:.1f} min: {parts}; {seen.widgets} widgets,"
        f" {seen.textures} textures; {len(figures.traces)} found, {len(figures.lost)} lost",
        *(str(each) for each in figures.traces[-3:]),
        *figures.lost[-2:],
        file=sys.stderr,
        flush=True,
    )


def _table(figures: Figures, control: Control, held_mb: float, *, minutes: float) -> Table:
    warm = min(WARM, figures.sessions // 4)
    seen = [one for after, one in figures.seen if after >= warm]
    lives = {
        "kiosk": (
            f"{seen[0].widgets}, {seen[-1].widgets}",
            f"{seen[0].textures}, {seen[-1].textures}",
        )
    }
    rows = []
    for part in PARTS:
        first, last = growth_mb(figures, part, warm)
        mb = (f"{first:.1f}", f"{last:.1f}", f"{last - first:+.1f}")
        rows.append((part, *mb, *lives.get(part, ("", ""))))
    return Table(
        title="A kiosk after 10,000 sessions",
        how=_HOW.format(
            touches=figures.touches,
            sessions=figures.sessions,
            errands=_counted(figures.errands),
            ends=_counted(figures.ends),
            lost=len(figures.lost),
            minutes=minutes,
            others=figures.other_pictures,
            looks=figures.looks - 1,
            searched=held_mb,
            found=len(figures.traces) or "nothing",
            control="every one finds it" if control.sees else f"NOT ALL FIND IT: {control}",
        ),
        head=("", f"RSS MB after {warm}", "at the end", "growth", "widgets then, now", "textures"),
        rows=tuple(rows),
    )


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))


def _mb(root: Path) -> float:
    return sum(path.stat().st_size for path in root.rglob("*") if path.is_file()) / 1e6
