"""Many at the same instant."""

import asyncio
from pathlib import Path

import httpx

from tests.kiosk.counter.site import officer, running, sample_config, wish


async def test_eight_kiosks_take_200_tickets_at_once_and_the_numbers_are_1_to_200(
    tmp_path: Path,
) -> None:
    async with running(sample_config(tmp_path)) as client:

        async def kiosk(name: int) -> list[str]:
            numbers = []
            for at in range(25):
                body = {**wish(f"r{at}"), "kiosk": f"kiosk-{name}"}
                answers = await asyncio.gather(
                    client.post("/api/tickets", json=body), client.post("/api/tickets", json=body)
                )
                assert len({answer.json()["number"] for answer in answers}) == 1
                numbers.append(answers[0].json()["number"])
            return numbers

        taken = await asyncio.gather(*map(kiosk, range(8)))
        numbers = [number for one in taken for number in one]
        assert sorted(numbers) == [f"A{serial:03d}" for serial in range(1, 201)]
        assert all(one == sorted(one) for one in taken)


async def test_two_officers_who_press_next_at_the_same_instant_never_get_one_ticket(
    tmp_path: Path,
) -> None:
    async with (
        running(sample_config(tmp_path)) as client,
        officer(client, "1") as first,
        officer(client, "2") as second,
    ):
        for at in range(40):
            await client.post("/api/tickets", json=wish(f"r{at}", "chung-thuc"))
        current = ["", ""]
        called: list[str] = []

        async def press(at: int, console: httpx.AsyncClient) -> None:
            answer = await console.post("/api/officer/next", json={"current": current[at]})
            current[at] = answer.json()["current"]["id"]
            called.append(answer.json()["current"]["number"])

        for _ in range(20):
            await asyncio.gather(press(0, first), press(1, second))
        assert sorted(called) == [f"B{serial:03d}" for serial in range(1, 41)]


async def test_one_counters_two_screens_pressed_at_once_call_one_ticket(tmp_path: Path) -> None:
    async with (
        running(sample_config(tmp_path)) as client,
        officer(client, "1") as first,
        officer(client, "1") as second,
    ):
        for at in range(4):
            await client.post("/api/tickets", json=wish(f"r{at}"))
        answers = await asyncio.gather(
            *(one.post("/api/officer/next", json={"current": ""}) for one in (first, second))
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        state = (await first.get("/api/officer/state")).json()
        assert state["current"]["number"] == "A001"
        assert state["served_today"] == 0
