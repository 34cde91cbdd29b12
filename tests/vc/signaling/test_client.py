"""Our client: two-way, WHIP, WHEP with 406, and every way the other side can fail it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from litestar import Litestar, Request, Response, post

from devices.contract.errors import DeadlinePassedError
from devices.contract.message import RefusedError
from devices.runtime.ports import free_port
from devices.web.serve import served
from tests.vc.signaling.stock_engine import StockEngine
from tests.vc.signaling.stock_peer import StockPeer
from tests.vc.signaling.token_door import TokenDoor
from tests.waiting import until
from vc.engine.port import Direction
from vc.rtp.errors import NotSdpError
from vc.signaling.client import join_two_way, leave, whep_play, whip_publish
from vc.signaling.errors import BadAnswerError, UnreachableError


class PickyPeer(StockPeer):
    """Takes no answer."""

    async def accept(self, answer: str) -> None:
        raise NotSdpError(f"not this one: {answer[:3]}")


@pytest.fixture
async def peer() -> AsyncIterator[StockPeer]:
    async with StockPeer() as peer:
        yield peer


async def test_a_room_joins_and_leaves(
    url: str, room: str, door: TokenDoor, engine: StockEngine, peer: StockPeer
) -> None:
    leg = await join_two_way(url + room, door.token(Direction.BOTH), peer)
    assert [one.urls[0] for one in leg.ice_servers] == ["stun:127.0.0.1:9", "turn:127.0.0.1:9"]
    await until(lambda: peer.frames["video"] > 3, "our picture", within_s=20)
    await leave(leg)
    assert engine.closed == [leg.url.rpartition("/")[2]]
    await leave(leg)


async def test_a_publisher_sends(url: str, whip: str, door: TokenDoor, engine: StockEngine) -> None:
    async with StockPeer(receives=False) as peer:
        await whip_publish(url + whip, door.token(Direction.PUBLISH), peer)
        await until(lambda: engine.frames.get("dong-ha video", 0) > 3, "a picture", within_s=20)


async def test_a_player_plays(url: str, whep: str, door: TokenDoor) -> None:
    async with StockPeer(sends=False) as peer:
        await whep_play(url + whep, door.token(Direction.PLAY), peer)
        await until(lambda: peer.frames["video"] > 3, "a picture", within_s=20)


async def test_a_player_answers_the_servers_own_offer(
    url: str, whep: str, door: TokenDoor, engine: StockEngine
) -> None:
    """As Janus's WHEP server does it to everybody."""
    engine.refuses_offers = True
    async with StockPeer(sends=False) as peer:
        leg = await whep_play(url + whep, door.token(Direction.PLAY), peer)
        await until(lambda: peer.frames["video"] > 3, "a picture", within_s=20)
        await leave(leg)


async def test_a_refusal_has_the_servers_code(
    url: str, room: str, door: TokenDoor, peer: StockPeer
) -> None:
    token = door.token(Direction.PLAY)
    with pytest.raises(RefusedError) as refused:
        await join_two_way(url + room, token, peer)
    assert refused.value.refused.code == "token.wrong_direction"


async def test_a_server_that_is_not_there_is_unreachable(peer: StockPeer) -> None:
    with pytest.raises(UnreachableError):
        await join_two_way(f"http://127.0.0.1:{free_port()}/room/x", "t" * 16, peer)


async def test_a_session_nothing_came_of_is_given_back(
    url: str, room: str, door: TokenDoor, engine: StockEngine
) -> None:
    async with PickyPeer() as peer:
        with pytest.raises(NotSdpError):
            await join_two_way(url + room, door.token(Direction.BOTH), peer)
    assert len(engine.closed) == 1


ODD: dict[str, Response[str | bytes]] = {
    "html": Response("<html>", status_code=201, media_type="text/html"),
    "nowhere": Response("v=0", status_code=201, media_type="application/sdp"),
    "elsewhere": Response(
        "v=0",
        status_code=201,
        media_type="application/sdp",
        headers={"Location": "http://192.0.2.1/legs/1"},
    ),
    "huge": Response(b"v" * 200_000, status_code=201, media_type="application/sdp"),
    "binary": Response(
        b"\xff\xfe", status_code=201, media_type="application/sdp", headers={"Location": "/legs/1"}
    ),
}


@post("/odd/{kind:str}")
async def odd(request: Request[Any, Any, Any]) -> Response[str | bytes]:
    return ODD[request.path_params["kind"]]


@post("/slow")
async def slow() -> None:
    await asyncio.sleep(5)


@post("/broken")
async def broken() -> Response[str]:
    return Response("<h1>Bad gateway</h1>", status_code=502, media_type="text/html")


@pytest.fixture
async def stranger() -> AsyncIterator[str]:
    async with served(Litestar([odd, slow, broken], logging_config=None), "127.0.0.1", 0) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("html", BadAnswerError),
        ("nowhere", BadAnswerError),
        ("elsewhere", BadAnswerError),
        ("huge", BadAnswerError),
        ("binary", NotSdpError),
    ],
)
async def test_an_answer_that_is_none_is_refused(
    stranger: str, peer: StockPeer, kind: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await join_two_way(f"{stranger}/odd/{kind}", "t" * 16, peer)


async def test_a_server_that_does_not_answer_is_left(stranger: str, peer: StockPeer) -> None:
    with pytest.raises(DeadlinePassedError):
        await join_two_way(f"{stranger}/slow", "t" * 16, peer, within_s=0.5)


async def test_a_gateways_error_is_worth_another_try(stranger: str, peer: StockPeer) -> None:
    with pytest.raises(RefusedError) as refused:
        await join_two_way(f"{stranger}/broken", "t" * 16, peer)
    assert (refused.value.refused.code, refused.value.refused.retry) == ("http.502", True)
