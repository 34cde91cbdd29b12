"""What happens at a real site is counted in the province: feedback in time, ratings by scale."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from devices.contract.clock import local_day
from devices.runtime.settings import BusConfig
from provisioning.controller.database import Database
from provisioning.controller.reports.gather import gather
from provisioning.controller.reports.month import Month
from provisioning.controller.store import Store
from tests.counterparts.mosquitto import RealBroker
from tests.kiosk.counter.feedback import hand_in
from tests.kiosk.counter.site import officer, running, sample_config, wish
from tests.kiosk.counter.test_feedback_office import opened, step
from tests.provisioning.controller.test_ingest import ingesting
from tests.waiting import until

pytestmark = pytest.mark.real
EVENTS = 7
"""A ticket issued, called, served and rated; two pieces of feedback, one of them answered."""


async def test_a_sites_feedback_and_ratings_reach_the_month(
    tmp_path: Path, database: Database
) -> None:
    store = Store(database)
    async with RealBroker(tmp_path / "broker") as broker:
        config = sample_config(
            tmp_path / "site", bus=BusConfig(port=broker.port), rating_scale=5, box="gio-linh-1"
        )
        async with (
            ingesting(broker.port, store),
            running(config) as client,
            officer(client, "1") as console,
        ):
            ticket = (await client.post("/api/tickets", json=wish("r1"))).json()
            await console.post("/api/officer/next", json={"current": ""})
            await console.post("/api/officer/finish", json={"current": ticket["id"]})
            rating = {"value": 4, "scale": 5}
            await client.post(f"/api/tickets/{ticket['id']}/rating", json=rating)
            await hand_in(client, "f1")
            await hand_in(client, "f2")
            await step(console, await opened(console), "done", "Đã xử lý.")
            await until(
                lambda: len(store.events(box="gio-linh-1", limit=100)) == EVENTS,
                "the province has all of it",
            )
    now = datetime.now(UTC)
    day = local_day(now)
    found = gather(database, Month(day.year, day.month), 1800.0, now + timedelta(minutes=1))
    (counted,) = found.counted
    assert (counted.box, counted.received) == ("gio-linh-1", 2)
    assert (counted.answered, counted.answered_in_time) == (1, 1)
    (rated,) = found.rated
    assert (rated.scale, rated.value, rated.count) == (5, 4, 1)
