"""Rooms over a real broker: called in, asking, told, dismissed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import msgspec
import pytest

from devices.contract.identity import CONFERENCE, BoxId
from devices.contract.message import RefusedError, decode
from devices.contract.topics import PartTopics
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.settings import BusConfig
from tests.counterparts.mosquitto import RealBroker
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
from tests.vc.server.room_twin import room_twin
from tests.waiting import until
from vc import acts
from vc.engine.simulated import SimulatedEngine
from vc.messages import AskAct, AskToJoin
from vc.state import ConferenceState, Line, Phase

pytestmark = pytest.mark.real
CENTRE, SITE, OTHER = "trung-tam", "dong-ha", "vinh-linh"


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[RealBroker]:
    folder = tmp_path / "broker"
    folder.mkdir()
    async with RealBroker(folder) as running_broker:
        yield running_broker


def connected(*members: str) -> object:
    return lambda state: {one.id for one in state.members if one.connected} == set(members)


async def test_a_room_is_called_when_the_conference_opens_and_dismissed_at_its_end(
    tmp_path: Path, broker: RealBroker
) -> None:
    config = hall_config(tmp_path, bus=BusConfig(port=broker.port))
    engine = SimulatedEngine()
    async with (
        running(config, engine),
        console(config) as chair,
        room_twin(broker.port, f"{CENTRE}-room"),
        room_twin(broker.port, f"{SITE}-room") as room,
    ):
        await until(lambda: room.notice.conference == PLAN.id, "the notice of what is planned")
        assert room.notice.phase is Phase.PLANNED
        assert room.joins == []
        await open_plan(chair)
        await state_where(chair, connected(CENTRE, SITE), "both rooms are inside")
        await until(lambda: room.notice.connected_sites == 2, "the room is told")
        assert engine.heard == {CENTRE}
        assert {tile.source for tile in engine.views[0].tiles} == {CENTRE, SITE}
        await done(chair, "end_meeting")
        await until(lambda: len(room.leaves) == 1, "the room is told to leave")
        await until(lambda: room.notice.conference == "", "the notice is empty")
        await until(lambda: not engine.legs, "the sessions end")
        assert engine.views == ()


async def test_a_room_acts_for_its_own_site_and_no_other(
    tmp_path: Path, broker: RealBroker
) -> None:
    config = hall_config(tmp_path, bus=BusConfig(port=broker.port))
    async with (
        running(config),
        console(config) as chair,
        room_twin(broker.port, f"{SITE}-room") as room,
        room_twin(broker.port, "stranger-room") as stranger,
    ):
        await open_plan(chair)
        await done(chair, "start_meeting")
        await done(chair, "open_roll_call")
        own = AskAct(conference=PLAN.id, act=acts.CheckIn(delegate=f"{SITE}-1"))
        await room.ask(room.topics.ask, own)
        await room.ask(room.topics.ask, own)
        state = await state_of(chair)
        assert [(one.delegate, one.by) for one in state.attendance] == [
            (f"{SITE}-1", "Thành phố Đông Hà")
        ]
        for asker, command, code in (
            (stranger, own, "box.foreign"),
            (room, AskAct(conference="other", act=own.act), "token.other_conference"),
            (
                room,
                AskAct(conference=PLAN.id, act=acts.CheckIn(delegate=f"{OTHER}-1")),
                "conference.not_listed",
            ),
            (room, AskAct(conference=PLAN.id, act=acts.MuteAll()), "conference.may_not"),
        ):
            with pytest.raises(RefusedError) as refused:
                await asker.ask(asker.topics.ask, command)
            assert refused.value.refused.code == code


async def test_a_room_that_asks_is_called_again_and_an_expelled_one_is_not(
    tmp_path: Path, broker: RealBroker
) -> None:
    config = hall_config(tmp_path, bus=BusConfig(port=broker.port))
    engine = SimulatedEngine()
    async with (
        running(config, engine),
        console(config) as chair,
        room_twin(broker.port, f"{SITE}-room") as room,
    ):
        await open_plan(chair)
        await state_where(chair, connected(SITE), "the room is inside")
        calls = len(room.joins)
        await room.ask(room.topics.ask, AskToJoin())
        await until(lambda: len(room.joins) == calls + 1, "it is called again")
        await until(lambda: len(engine.legs) == 1, "one session stands")
        await done(chair, "expel", member=SITE)
        await until(lambda: not engine.legs, "its session ends")
        await until(lambda: room.leaves != [], "it is told to leave")  # after each call under way
        await until(lambda: room.notice.conference == "", "its notice is empty")
        calls = len(room.joins)
        await room.ask(room.topics.ask, AskToJoin())
        await done(chair, "let_in", member=SITE)
        await until(lambda: len(room.joins) == calls + 1, "it is called when it may come back")


async def test_rooms_are_back_after_the_engine_and_after_the_server_were_lost(
    tmp_path: Path, broker: RealBroker
) -> None:
    config = hall_config(tmp_path, bus=BusConfig(port=broker.port))
    sites = [site.id for site in PLAN.sites]
    async with AsyncExitStack() as stack:
        for site in sites:
            await stack.enter_async_context(room_twin(broker.port, f"{site}-room"))
        engine = SimulatedEngine()
        async with running(config, engine), console(config) as chair:
            await open_plan(chair)
            await done(chair, "start_meeting")
            await state_where(chair, connected(*sites), "all are inside")
            await done(chair, "give_floor", member=SITE)
            engine.lose()
            await state_where(chair, connected(), "nobody is inside")
            engine.recover()
            state = await state_where(chair, connected(*sites), "all are back")
            assert state.floor is not None
            assert state.floor.holder == SITE
        async with running(config), console(config) as chair:
            state = await state_where(chair, connected(*sites), "all are back")
            assert state.phase is Phase.LIVE
            assert state.floor is not None
            assert state.floor.holder == SITE


async def test_everybody_reads_the_whole_state_from_the_broker(
    tmp_path: Path, broker: RealBroker
) -> None:
    config = hall_config(tmp_path, bus=BusConfig(port=broker.port))
    topic = PartTopics(BoxId(config.box), CONFERENCE).state
    async with (
        running(config),
        console(config) as chair,
        mqtt_bus(BusConfig(port=broker.port), "reader") as bus,
    ):
        await open_plan(chair)
        await done(chair, "start_meeting")
        async with bus.listen(topic) as inbox, asyncio.timeout(10):
            async for packet in inbox:
                told = decode(packet.payload, ConferenceState)
                if told.phase is Phase.LIVE:
                    break
        assert told == await state_of(chair)


async def test_lines_are_tested_before_the_meeting_and_the_report_is_kept(
    tmp_path: Path, broker: RealBroker
) -> None:
    config = hall_config(tmp_path, bus=BusConfig(port=broker.port))
    async with (
        running(config),
        console(config, "operator") as operator,
        room_twin(broker.port, f"{SITE}-room"),
    ):
        await open_plan(operator)
        order = {"members": [SITE, OTHER], "for_s": 1}
        report = (await operator.post("/api/line-test", json=order)).json()
        found = {one["member"]: (one["line"], one["error"]) for one in report["results"]}
        assert found == {SITE: (Line.GOOD, ""), OTHER: (Line.LOST, "request.deadline")}
        assert (await operator.get("/api/line-test")).json() == report


async def test_a_room_is_told_only_what_changed_for_it(tmp_path: Path, broker: RealBroker) -> None:
    config = hall_config(tmp_path, bus=BusConfig(port=broker.port))
    async with (
        running(config),
        console(config) as chair,
        room_twin(broker.port, f"{SITE}-room") as room,
        room_twin(broker.port, f"{OTHER}-room") as other,
    ):
        await open_plan(chair)
        await state_where(chair, connected(SITE, OTHER), "both are inside")
        await until(lambda: other.notice.connected_sites == 2, "both are told")
        seen = len(other.notices)
        await done(chair, "set_muted", member=SITE, muted=False)
        await until(lambda: not room.notice.muted, "the site is told")
        await done(chair, "set_item", item="bao-cao")
        await until(lambda: other.notice.item == "bao-cao", "the other is told of the item")
        assert len(other.notices) == seen + 1
        assert (await act(chair, "set_item", item="nothing")).status_code == 409
        assert msgspec.structs.replace(other.notice, item="") == msgspec.structs.replace(
            other.notices[seen - 1], revision=other.notice.revision
        )


async def test_a_laptop_beside_the_room_shares_a_screen_and_takes_nobodys_place(
    tmp_path: Path, broker: RealBroker
) -> None:
    config = hall_config(tmp_path, bus=BusConfig(port=broker.port))
    async with (
        running(config),
        console(config) as chair,
        room_twin(broker.port, f"{SITE}-room"),
        httpx.AsyncClient(base_url=config.public_url) as laptop,
    ):
        await open_plan(chair)
        await state_where(chair, connected(SITE), "the room is inside")
        made = (await chair.post("/api/links", json={"name": "x", "member": SITE})).json()
        body = {"code": made["url"].rpartition("/")[2], "pin": made["pin"], "name": "x"}
        joined = (await laptop.post("/api/join", json=body)).json()
        for door, token, status in (
            ("whip", "publish", 409),
            ("whep", "play", 409),
            ("whip", "share", 201),
        ):
            headers = SDP | {"Authorization": f"Bearer {joined[token]}"}
            answer = await laptop.post(f"/{door}/{PLAN.id}", content=OFFER, headers=headers)
            assert answer.status_code == status, answer.text
        await state_where(chair, lambda now: now.member(SITE).sharing, "its screen arrives")
        await done(chair, "start_content", member=SITE)
        assert (await state_of(chair)).content == SITE
