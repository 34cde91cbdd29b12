"""The day's catalogue: read at start, at midnight and after a change; a damaged one is told."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from devices.contract.clock import LOCAL, Clock, SimulatedClock, SystemClock
from devices.contract.message import Health
from devices.runtime.alongside import alongside
from kiosk.catalogue.files import SAMPLE
from kiosk.catalogue.shelf import CatalogueConfig
from kiosk.ui.catalogue_watch import CatalogueWatch
from kiosk.ui.events import CatalogueSeen, Event
from tests.waiting import until

EVENING = datetime(2026, 11, 23, 23, 59, tzinfo=LOCAL)


@asynccontextmanager
async def watching(
    config: CatalogueConfig, state_dir: Path, clock: Clock | None = None
) -> AsyncIterator[list[CatalogueSeen]]:
    """Watch a catalogue; yields what is told of it."""
    told: list[CatalogueSeen] = []

    def tell(event: Event) -> None:
        assert isinstance(event, CatalogueSeen)
        told.append(event)

    watch = CatalogueWatch(config, state_dir, clock or SystemClock(), every_s=0.05)
    async with alongside(watch.run(tell), name="catalogue"):
        await until(lambda: bool(told), "the first catalogue")
        yield told


def folder_of(tmp_path: Path) -> tuple[Path, CatalogueConfig]:
    """Return a province's folder that stands alone."""
    folder = tmp_path / "danh-muc"
    shutil.copytree(SAMPLE, folder)
    return folder, CatalogueConfig(folder=str(folder), sample=False)


async def test_the_sample_is_there_at_once_and_told_once(tmp_path: Path) -> None:
    async with watching(CatalogueConfig(), tmp_path) as told:
        assert told[0].catalogue.procedure("1.001193")
        assert told[0].catalogue.found("khai sinh")[0].code == "1.001193"
        assert told[0].report.health is Health.READY
        await asyncio.sleep(0.3)
        assert len(told) == 1, "nothing changed"


async def test_a_changed_file_is_taken_and_a_damaged_one_changes_nothing_but_is_told(
    tmp_path: Path,
) -> None:
    folder, config = folder_of(tmp_path)
    async with watching(config, tmp_path) as told:
        file = folder / "khai-sinh.toml"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace('vi = "Đăng ký khai sinh"', 'vi = "Khai sinh mới"'), "utf-8")
        await until(lambda: len(told) == 2, "the change")
        procedure = told[1].catalogue.procedure("1.001193")
        assert procedure
        assert procedure.name("vi") == "Khai sinh mới"
        file.write_text(text.replace("data_date", "ngay"), "utf-8")
        await until(lambda: len(told) == 3, "the damage")
        assert (told[2].report.health, told[2].report.code) == (Health.WARNING, "config.bad")
        assert "khai-sinh.toml" in told[2].report.text
        assert told[2].catalogue.procedure("1.001193") == procedure, "the last good one"
        file.write_text(text, "utf-8")
        await until(lambda: len(told) == 4, "it is whole again")
        assert told[3].report.health is Health.READY


async def test_the_last_good_one_stands_after_a_restart_and_nothing_is_made_up_without(
    tmp_path: Path,
) -> None:
    folder, config = folder_of(tmp_path)
    (tmp_path / "state").mkdir()
    async with watching(config, tmp_path / "state") as told:
        assert told[0].catalogue
    (folder / "khai-sinh.toml").write_text("code = 1", "utf-8")
    async with watching(config, tmp_path / "state") as told:
        assert told[0].catalogue.procedure("1.001193")
        assert told[0].report.health is Health.WARNING
    (tmp_path / "new").mkdir()
    async with watching(config, tmp_path / "new") as told:
        assert not told[0].catalogue
        assert told[0].report.health is Health.FAULT


async def test_a_folder_that_goes_is_told_and_one_that_comes_back_is_read(tmp_path: Path) -> None:
    folder, config = folder_of(tmp_path)
    async with watching(config, tmp_path) as told:
        folder.rename(tmp_path / "away")
        await until(lambda: len(told) == 2, "it is gone")
        assert told[1].report.health is Health.WARNING
        (tmp_path / "away").rename(folder)
        await until(lambda: len(told) == 3, "it is back")
        assert told[2].report.health is Health.READY


async def test_at_midnight_the_next_days_procedures_hold(tmp_path: Path) -> None:
    """G-2, G-3."""
    folder, config = folder_of(tmp_path)
    file = folder / "ket-hon.toml"
    text = file.read_text(encoding="utf-8")
    old = text.replace("valid_from = 2025-07-01", "valid_from = 2025-07-01\nvalid_to = 2026-11-23")
    file.write_text(old, "utf-8")
    clock = SimulatedClock(EVENING)
    async with watching(config, tmp_path, clock) as told:
        assert told[0].catalogue.procedure("1.000894")
        clock.move(timedelta(minutes=2))
        await until(lambda: len(told) == 2, "midnight")
        assert told[1].catalogue.day.day == 24
        assert told[1].catalogue.procedure("1.000894") is None
