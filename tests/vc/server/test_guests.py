"""Guests at the door, inside, and out; strangers stay outside."""

import asyncio
import itertools
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec

from devices.contract.clock import SimulatedClock
from tests.vc.example import STARTS_AT, example_plan
from tests.vc.server.hall import (
    OFFER,
    PLAN,
    SDP,
    act,
    console,
    done,
    hall_config,
    open_plan,
    running,
    state_of,
    state_where,
)
from tests.waiting import until
from vc.acts import Role
from vc.engine.port import LegChanged, LegState, VideoCodec
from vc.engine.simulated import SimulatedEngine
from vc.state import MemberKind, Policy


async def link(operator: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    answer = await operator.post("/api/links", json={"name": "Báo Quảng Trị", **more})
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def browser(url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, headers={"Origin": url}, timeout=20)


async def knock(guest: httpx.AsyncClient, made: dict[str, Any], pin: str = "") -> httpx.Response:
    code = made["url"].rpartition("/")[2]
    body = {"code": code, "pin": pin or made["pin"], "name": "Nguyễn Văn Minh"}
    return await guest.post("/api/join", json=body)


async def test_a_guest_waits_is_let_in_publishes_plays_shares_and_is_put_out(
    tmp_path: Path,
) -> None:
    config, engine = hall_config(tmp_path), SimulatedEngine()
    url = config.public_url
    async with running(config, engine), console(config) as chair, browser(url) as guest:
        await open_plan(chair)
        joined = (await knock(guest, await link(chair))).json()
        assert (joined["waiting"], joined["publish"]) == (True, "")
        assert (await guest.get("/api/state")).status_code == 401
        waiting = (await state_of(chair)).waiting
        assert [one.name for one in waiting] == ["Nguyễn Văn Minh"]
        await done(chair, "let_in", member=waiting[0].id)
        inside = (await guest.get(f"/api/join/{joined['ticket']}")).json()
        member = inside["member"]
        assert (inside["waiting"], member) == (False, waiting[0].id)
        assert (await guest.get("/api/me")).json()["role"] == Role.GUEST
        assert (await guest.get("/api/state")).status_code == 200

        for door, token in (("whip", "publish"), ("whep", "play")):
            headers = SDP | {"Authorization": f"Bearer {inside[token]}"}
            answer = await guest.post(f"/{door}/{PLAN.id}", content=OFFER, headers=headers)
            assert answer.status_code == 201, answer.text
            again = await guest.post(f"/{door}/{PLAN.id}", content=OFFER, headers=headers)
            assert again.json()["code"] == "token.replayed"
        state = await state_where(
            chair, lambda now: any(one.id == member and one.connected for one in now.members), "in"
        )
        assert state.members[-1].kind is MemberKind.GUEST

        await done(chair, "start_meeting")
        await done(chair, "give_floor", member=member)
        headers = SDP | {"Authorization": f"Bearer {inside['share']}"}
        shared = await guest.post(f"/whip/{PLAN.id}", content=OFFER, headers=headers)
        await state_where(chair, lambda now: now.content == member, "its screen is shown")
        await until(
            lambda: f"content-{member}" in {tile.source for tile in engine.views[0].tiles},
            "the screen is in the picture",
        )
        await guest.delete(shared.headers["location"], headers=headers)
        await state_where(chair, lambda now: now.content == "", "its screen is gone")

        await done(chair, "expel", member=member)
        await until(lambda: not engine.legs, "all its sessions end")
        assert (await guest.get("/api/state")).status_code == 403
        refused = (await guest.get(f"/api/join/{joined['ticket']}")).json()
        assert (refused["refused"], refused["publish"]) == ("conference.expelled", "")


async def test_a_guest_who_is_turned_away_is_told(tmp_path: Path) -> None:
    config = hall_config(tmp_path)
    async with running(config), console(config) as chair, browser(config.public_url) as guest:
        await open_plan(chair)
        joined = (await knock(guest, await link(chair))).json()
        await done(chair, "turn_away", member=(await state_of(chair)).waiting[0].id)
        refused = (await guest.get(f"/api/join/{joined['ticket']}")).json()
        assert refused["refused"] == "conference.turned_away"
        await done(chair, "end_meeting")
        refused = (await guest.get(f"/api/join/{joined['ticket']}")).json()
        assert refused["refused"] == "conference.ended"


async def test_an_official_sits_for_a_site_at_a_laptop(tmp_path: Path) -> None:
    config = hall_config(tmp_path)
    async with running(config), console(config) as chair, browser(config.public_url) as laptop:
        await open_plan(chair)
        await done(chair, "start_meeting")
        joined = (await knock(laptop, await link(chair, member="cam-lo"))).json()
        assert (joined["waiting"], joined["member"]) == (False, "cam-lo")
        await done(chair, "open_roll_call")
        await done(laptop, "check_in", delegate="cam-lo-1")
        foreign = await act(laptop, "check_in", delegate="gio-linh-1")
        assert foreign.json()["code"] == "conference.not_listed"
        no_site = await chair.post("/api/links", json={"name": "x", "member": "nowhere"})
        assert no_site.json()["code"] == "conference.unknown"


async def test_wrong_pins_lock_a_link_and_strangers_stay_outside(tmp_path: Path) -> None:
    config = hall_config(tmp_path)
    clock = SimulatedClock(STARTS_AT - timedelta(days=30))
    async with (
        running(config, clock=clock),
        console(config) as chair,
        browser(config.public_url) as guest,
    ):
        await open_plan(chair)
        made = await link(chair, valid_for_s=3600)
        unknown = await knock(guest, made | {"url": "https://x/join/nothing"})
        assert unknown.json()["code"] == "link.unknown"
        wrong = "000000" if made["pin"] != "000000" else "111111"
        codes = []
        for _ in range(12):
            codes.append((await knock(guest, made, wrong)).json()["code"])
            clock.move(timedelta(seconds=10))
        assert codes == ["pin.wrong"] * 10 + ["link.locked"] * 2
        assert (await knock(guest, made)).json()["code"] == "link.locked"
        late = await link(chair, valid_for_s=60)
        clock.move(timedelta(seconds=61))
        assert (await knock(guest, late)).json()["code"] == "link.expired"
        answers = [(await knock(guest, made, wrong)).status_code for _ in range(33)]
        assert answers[-1] == 429
        assert (await guest.get("/api/conferences")).status_code == 401


async def test_guessing_from_many_addresses_at_once_tries_no_more_pins(tmp_path: Path) -> None:
    config = hall_config(tmp_path)
    async with running(config, SimulatedEngine()), console(config) as chair:
        await open_plan(chair)
        made = await link(chair)
        wrong = "000000" if made["pin"] != "000000" else "111111"

        async def guess(number: int) -> str:
            async with caller(config.public_url, number) as guest:
                return str((await knock(guest, made, wrong)).json()["code"])

        codes = await asyncio.gather(*(guess(number) for number in range(1, 15)))
    assert sorted(codes) == ["link.locked"] * 4 + ["pin.wrong"] * 10


def caller(url: str, number: int, **more: str) -> httpx.AsyncClient:
    """Return a browser at an address of its own on this machine."""
    transport = httpx.AsyncHTTPTransport(local_address=f"127.0.1.{number}")
    headers = {"Origin": url, **more}
    return httpx.AsyncClient(base_url=url, headers=headers, transport=transport, timeout=60)


async def test_a_hall_of_people_with_one_link_gets_in_at_once(tmp_path: Path) -> None:
    config = hall_config(tmp_path)
    async with running(config, SimulatedEngine()), console(config) as chair:
        await open_plan(chair)
        made = await link(chair)

        async def come(number: int) -> int:
            async with caller(config.public_url, number) as guest:
                return (await knock(guest, made)).status_code

        answers = await asyncio.gather(*(come(number) for number in range(1, 26)))
    assert answers == [201] * 25


async def test_strangers_who_guess_keep_the_chair_from_nothing(tmp_path: Path) -> None:
    config = hall_config(tmp_path)
    right = {"role": "chair", "pin": "135790"}
    async with running(config), console(config):  # the chair was in from 127.0.0.1

        async def guess(number: int) -> list[int]:
            async with caller(config.public_url, number) as stranger:
                body = {"role": "chair", "pin": "000000"}
                tries = [await stranger.post("/api/sign-in", json=body) for _ in range(5)]
                return [one.status_code for one in tries]

        rounds = await asyncio.gather(*(guess(number) for number in range(1, 7)))
        answers = list(itertools.chain(*rounds))
        assert answers.count(401) <= 20
        assert answers.count(429) >= 10
        async with browser(config.public_url) as chair:
            assert (await chair.post("/api/sign-in", json=right)).status_code == 201


async def test_nobody_is_believed_who_writes_his_own_address(tmp_path: Path) -> None:
    config = hall_config(tmp_path)
    async with running(config):
        body = {"role": "chair", "pin": "000000"}
        answers = []
        for number in range(8):
            told = {"X-Forwarded-For": f"203.0.113.{number}"}
            async with caller(config.public_url, 9, **told) as stranger:
                answers.append((await stranger.post("/api/sign-in", json=body)).status_code)
    assert answers[-1] == 429


async def test_only_the_chairs_side_comes_to_the_desk_and_wrong_pins_are_bounded(
    tmp_path: Path,
) -> None:
    config = hall_config(tmp_path)
    async with running(config) as anybody, console(config) as chair:
        await open_plan(chair)
        made = await link(chair, member="cam-lo")
        async with browser(config.public_url) as official:
            await knock(official, made)
            for path in ("/api/conferences", "/api/recordings", "/api/minutes.odt"):
                assert (await official.get(path)).json()["code"] == "not_allowed"
                assert (await anybody.get(path)).json()["code"] == "not_signed_in"
        for role in ("site", "guest", "viewer"):
            body = {"role": role, "pin": "135790"}
            assert (await anybody.post("/api/sign-in", json=body)).status_code == 401
        body = {"role": "chair", "pin": "000000"}
        codes = [(await anybody.post("/api/sign-in", json=body)).status_code for _ in range(6)]
        assert codes[-1] == 429
        foreign = await chair.post(
            "/api/acts", json={"type": "start_meeting"}, headers={"Origin": "https://evil.example"}
        )
        assert foreign.json()["code"] == "origin.foreign"
        assert (await anybody.post("/api/acts", json={"type": "mute_all"})).status_code == 401
        assert (await chair.post("/api/sign-out")).status_code == 204
        assert (await chair.get("/api/me")).json()["role"] == "viewer"


async def test_a_guest_without_h264_looks_at_the_view_in_vp8(tmp_path: Path) -> None:
    plan = example_plan(Policy(guests_wait=False))
    config, engine = hall_config(tmp_path, plans=(plan,)), SimulatedEngine()
    async with running(config, engine), console(config) as chair, browser(config.public_url) as one:
        await open_plan(chair)
        joined = (await knock(one, await link(chair))).json()
        headers = SDP | {"Authorization": f"Bearer {joined['play']}"}
        await one.post(f"/whep/{PLAN.id}", content=OFFER, headers=headers)
        await until(lambda: len(engine.legs) == 1, "the session is there")
        leg = next(iter(engine.legs.values()))
        assert {view.codec for view in engine.views} == {VideoCodec.H264}
        engine.tell(
            LegChanged(
                leg=leg.id, source=leg.source, state=LegState.CONNECTED, codec=VideoCodec.VP8
            )
        )
        await until(lambda: engine.legs[leg.id].view == "main-vp8", "it looks at VP8")
        assert {view.codec for view in engine.views} == {VideoCodec.H264, VideoCodec.VP8}


async def test_a_page_follows_state_and_figures(tmp_path: Path) -> None:
    config = hall_config(tmp_path)
    async with running(config), console(config) as chair:
        await open_plan(chair)
        told: list[tuple[str, Any]] = []

        async def follow() -> None:
            event = ""
            async with chair.stream("GET", "/api/live") as stream:
                async for line in stream.aiter_lines():
                    if line.startswith("event: "):
                        event = line.removeprefix("event: ")
                    elif line.startswith("data: "):
                        told.append((event, msgspec.json.decode(line.removeprefix("data: "))))

        task = asyncio.create_task(follow())
        await until(lambda: [kind for kind, _ in told][:2] == ["state", "live"], "the first events")
        await done(chair, "start_meeting")
        await until(lambda: any(x[1].get("phase") == "live" for x in told), "the meeting began")
        await until(lambda: sum(kind == "live" for kind, _ in told) > 2, "figures come")
        task.cancel()


async def test_a_browser_that_comes_again_takes_its_own_place(tmp_path: Path) -> None:
    config, engine = hall_config(tmp_path), SimulatedEngine()
    async with running(config, engine), console(config) as chair, browser(config.public_url) as one:
        await open_plan(chair)
        made = await link(chair, member="cam-lo")
        joined = (await knock(one, made)).json()
        again = (await knock(one, made)).json()
        assert again["ticket"] == joined["ticket"], "a browser that comes again stays who it was"
        first = SDP | {"Authorization": f"Bearer {joined['publish']}"}
        assert (await one.post(f"/whip/{PLAN.id}", content=OFFER, headers=first)).status_code == 201
        second = SDP | {"Authorization": f"Bearer {again['publish']}"}
        assert (
            await one.post(f"/whip/{PLAN.id}", content=OFFER, headers=second)
        ).status_code == 201
        assert [leg.source for leg in engine.legs.values()] == ["cam-lo"]
        state = await state_where(chair, lambda now: now.member("cam-lo").connected, "inside")
        assert state.member("cam-lo") is not None


async def test_who_asks_no_more_leaves_the_waiting_room_and_may_come_back(tmp_path: Path) -> None:
    clock = SimulatedClock(STARTS_AT - timedelta(days=30))
    config = hall_config(tmp_path)
    async with (
        running(config, clock=clock),
        console(config) as chair,
        browser(config.public_url) as guest,
    ):
        await open_plan(chair)
        ticket = (await knock(guest, await link(chair))).json()["ticket"]
        await state_where(chair, lambda now: len(now.waiting) == 1, "it waits")
        clock.move(timedelta(seconds=31))
        await state_where(chair, lambda now: now.waiting == (), "it gave up")
        assert (await guest.get(f"/api/join/{ticket}")).json()["waiting"]
        assert len((await state_of(chair)).waiting) == 1


async def test_who_comes_back_to_a_locked_door_is_told_so_until_it_opens(tmp_path: Path) -> None:
    clock = SimulatedClock(STARTS_AT - timedelta(days=30))
    config = hall_config(tmp_path)
    async with (
        running(config, clock=clock),
        console(config) as chair,
        browser(config.public_url) as guest,
    ):
        await open_plan(chair)
        ticket = (await knock(guest, await link(chair))).json()["ticket"]
        await state_where(chair, lambda now: len(now.waiting) == 1, "it waits")
        clock.move(timedelta(seconds=31))
        await state_where(chair, lambda now: now.waiting == (), "it gave up")
        await done(chair, "set_locked", locked=True)
        for _ in range(2):
            assert (await guest.get(f"/api/join/{ticket}")).json()["code"] == "conference.locked"
        await done(chair, "set_locked", locked=False)
        assert (await guest.get(f"/api/join/{ticket}")).json()["waiting"]
