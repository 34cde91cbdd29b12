"""Citizens who go on at the national portal are counted, once each, and nothing else is kept."""

from pathlib import Path
from typing import Any

import pytest

from devices.contract.clock import SimulatedClock
from devices.contract.message import decode
from kiosk.api.handoffs import TellHandOff
from kiosk.counter.handoffs.tally import Tally
from kiosk.counter.store import Store
from kiosk.messages import HandedOff
from tests.kiosk.counter.site import MONDAY, running, sample_config

TOLD = {"request": "r1", "service": "ho-tich", "to": "dichvucong.gov.vn"}


async def test_one_telling_is_one_event_however_often_it_is_repeated(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path)) as client:
        for told in (TOLD, TOLD, TOLD | {"request": "r2"}):
            answer = await client.post("/api/hand-offs", json=told)
            assert answer.status_code == 200, answer.text
    with Store(tmp_path / "counter.sqlite") as store:
        events = [entry.event for entry in store.pending_events(0, 10)]
    assert len(events) == 2
    assert decode(bytes(events[0]), HandedOff) == HandedOff(
        service="ho-tich", to="dichvucong.gov.vn"
    )


@pytest.mark.parametrize(
    "odd",
    [
        TOLD | {"to": "https://evil.example/?x=1"},
        TOLD | {"service": "a b"},
        TOLD | {"name": "Nguyễn Thị Hoa"},
        {"request": "r1"},
    ],
)
async def test_an_odd_telling_is_refused(tmp_path: Path, odd: dict[str, Any]) -> None:
    async with running(sample_config(tmp_path)) as client:
        assert (await client.post("/api/hand-offs", json=odd)).status_code == 400


async def test_only_a_kiosk_with_the_sites_key_is_heard(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path, site_key="k" * 16)) as client:
        assert (await client.post("/api/hand-offs", json=TOLD)).status_code == 401
        keyed = {"authorization": f"Bearer {'k' * 16}"}
        answer = await client.post("/api/hand-offs", json=TOLD, headers=keyed)
        assert answer.status_code == 200


def test_the_requests_that_are_remembered_have_a_bound(tmp_path: Path) -> None:
    """Those of the last minutes are, and they are what a kiosk repeats."""
    with Store(tmp_path / "counter.sqlite") as store:
        tally = Tally(store, SimulatedClock(MONDAY))
        with store.transaction():
            store.run(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000)"
                " INSERT INTO hand_offs (request) SELECT 'old' || i FROM n"
            )
        for _ in range(2):
            tally.add(TellHandOff(request="r1", service="ho-tich", to="dichvucong.gov.vn"))
        assert store.value("SELECT COUNT(*) FROM hand_offs") == 4096
        assert len(store.pending_events(0, 10)) == 1
