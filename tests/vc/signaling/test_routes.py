"""WHIP as RFC 9725 has it, WHEP as its draft has it, and the two-way POST, over real HTTP."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.vc.signaling.stock_engine import StockEngine
from tests.vc.signaling.stock_peer import StockPeer
from tests.vc.signaling.token_door import TokenDoor
from tests.waiting import until
from vc.engine.port import Direction

SDP = {"Content-Type": "application/sdp"}
FRAGMENT = {"Content-Type": "application/trickle-ice-sdpfrag"}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
async def publisher() -> AsyncIterator[StockPeer]:
    async with StockPeer(receives=False) as peer:
        yield peer


@pytest.fixture
async def player() -> AsyncIterator[StockPeer]:
    async with StockPeer(sends=False) as peer:
        yield peer


async def test_an_offer_is_answered_with_a_session(
    http: httpx.AsyncClient, whip: str, door: TokenDoor, engine: StockEngine, publisher: StockPeer
) -> None:
    """RFC 9725 §4.2, §4.6: 201, application/sdp, Location, ETag, ICE servers in Link."""
    token = door.token(Direction.PUBLISH)
    answer = await http.post(whip, content=await publisher.offer(), headers=SDP | bearer(token))
    assert answer.status_code == 201
    assert answer.headers["content-type"].startswith("application/sdp")
    assert answer.headers["etag"].startswith('"')
    assert answer.headers["location"].startswith("/legs/")
    assert 'rel="ice-server"' in answer.headers["link"]
    assert "turn:127.0.0.1:9" in answer.headers["link"]
    assert answer.headers["access-control-allow-origin"] == "*"
    await publisher.accept(answer.text)
    await until(lambda: engine.frames.get("dong-ha video", 0) > 3, "their picture", within_s=20)


async def test_a_session_ends_with_delete_and_is_unknown_then(
    http: httpx.AsyncClient, whip: str, door: TokenDoor, engine: StockEngine, publisher: StockPeer
) -> None:
    token = door.token(Direction.PUBLISH)
    offer = await publisher.offer()
    leg = (await http.post(whip, content=offer, headers=SDP | bearer(token))).headers["location"]
    assert (await http.delete(leg, headers=bearer(token))).status_code == 200
    assert engine.closed == [leg.removeprefix("/legs/")]
    assert (await http.delete(leg, headers=bearer(token))).status_code == 404


async def test_the_token_that_opened_a_session_is_the_one_that_tends_it(
    http: httpx.AsyncClient, whip: str, door: TokenDoor, engine: StockEngine, publisher: StockPeer
) -> None:
    token = door.token(Direction.PUBLISH)
    offer = await publisher.offer()
    leg = (await http.post(whip, content=offer, headers=SDP | bearer(token))).headers["location"]
    assert (await http.delete(leg)).status_code == 401
    other = bearer(door.token(Direction.PUBLISH, member="cam-lo"))
    assert (await http.delete(leg, headers=other)).status_code == 403
    assert engine.closed == []


async def test_candidates_trickle_in_under_the_sessions_tag(
    http: httpx.AsyncClient, whip: str, door: TokenDoor, engine: StockEngine, publisher: StockPeer
) -> None:
    """RFC 9725 §4.3: 204 with the tag, 428 without, 412 with another, 422 for an ICE restart."""
    token = door.token(Direction.PUBLISH)
    offer = await publisher.offer()
    bare = "".join(line for line in offer.splitlines(True) if "candidate" not in line)
    opened = await http.post(whip, content=bare, headers=SDP | bearer(token))
    leg, tag = opened.headers["location"], opened.headers["etag"]
    headers = FRAGMENT | bearer(token)
    fragment = fragment_of(offer)

    assert (await http.patch(leg, content=fragment, headers=headers)).status_code == 428
    stale = headers | {"If-Match": '"another"'}
    assert (await http.patch(leg, content=fragment, headers=stale)).status_code == 412
    restart = fragment.replace("a=ice-ufrag:", "a=ice-ufrag:new")
    again = headers | {"If-Match": "*"}
    assert (await http.patch(leg, content=restart, headers=again)).status_code == 422
    no_candidates = "a=ice-ufrag:another\r\na=ice-pwd:0123456789012345678901\r\n"
    assert (await http.patch(leg, content=no_candidates, headers=again)).status_code == 422
    assert engine.candidates == []

    right = headers | {"If-Match": tag}
    taken = await http.patch(leg, content=fragment, headers=right)
    assert (taken.status_code, taken.content) == (204, b"")
    assert engine.candidates
    await publisher.accept(opened.text)
    await until(lambda: engine.frames.get("dong-ha video", 0) > 3, "their picture", within_s=20)


async def test_a_player_is_answered(
    http: httpx.AsyncClient, whep: str, door: TokenDoor, player: StockPeer
) -> None:
    headers = SDP | bearer(door.token(Direction.PLAY))
    answer = await http.post(whep, content=await player.offer(), headers=headers)
    assert answer.status_code == 201
    await player.accept(answer.text)
    await until(lambda: player.frames["video"] > 3, "our picture", within_s=20)


@pytest.mark.parametrize("body", ["", "unusable"])
async def test_a_player_without_a_usable_offer_gets_ours_and_patches_its_answer(
    http: httpx.AsyncClient, whep: str, door: TokenDoor, player: StockPeer, body: str
) -> None:
    token = door.token(Direction.PLAY)
    if body:
        body = (await player.offer()).replace(" VP8/", " XX1/").replace(" H264/", " XX2/")
        body = body.replace(" opus/", " xx3/").replace(" PCM", " XXX").replace(" G722/", " XX4/")
    reply = await http.post(whep, content=body, headers=SDP | bearer(token))
    assert reply.status_code == 406
    assert reply.headers["content-type"].startswith("application/sdp")
    leg = reply.headers["location"]
    answer = await player.answer(reply.text)
    patched = await http.patch(leg, content=answer, headers=SDP | bearer(token))
    assert patched.status_code == 204
    await until(lambda: player.frames["video"] > 3, "our picture", within_s=20)
    again = await http.patch(leg, content=answer, headers=SDP | bearer(token))
    assert (again.status_code, again.json()["code"]) == (409, "signaling.not_offered")


async def test_a_room_sends_and_receives_in_one_session(
    http: httpx.AsyncClient, room: str, door: TokenDoor, engine: StockEngine
) -> None:
    async with StockPeer() as peer:
        headers = SDP | bearer(door.token(Direction.BOTH))
        answer = await http.post(room, content=await peer.offer(), headers=headers)
        assert answer.status_code == 201
        await peer.accept(answer.text)
        await until(lambda: peer.frames["video"] > 3, "our picture", within_s=20)
        await until(lambda: engine.frames.get("dong-ha video", 0) > 3, "their picture", within_s=20)


async def test_preflights_are_answered_without_a_token(http: httpx.AsyncClient, whip: str) -> None:
    endpoint = await http.options(whip)
    assert endpoint.status_code == 204
    assert endpoint.headers["accept-post"] == "application/sdp"
    assert endpoint.headers["access-control-allow-methods"] == "POST, OPTIONS"
    leg = await http.options("/legs/any")
    assert "application/trickle-ice-sdpfrag" in leg.headers["accept-patch"]
    assert "PATCH" in leg.headers["access-control-allow-methods"]
    assert "If-Match" in leg.headers["access-control-allow-headers"]
    assert "Location" in leg.headers["access-control-expose-headers"]


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD"])
async def test_other_methods_are_kept_for_later(
    http: httpx.AsyncClient, whip: str, method: str
) -> None:
    assert (await http.request(method, whip)).status_code == 405


async def test_what_is_no_offer_is_refused_before_the_token_is_taken(
    http: httpx.AsyncClient, whip: str, door: TokenDoor, publisher: StockPeer
) -> None:
    token = door.token(Direction.PUBLISH)
    offer = await publisher.offer()
    cases = {
        400: ["", "v=1", "not sdp", offer.replace("v=0", "v=0\r\nbroken")],
        413: [offer + "a=x:" + "y" * 70_000],
        422: [
            "".join(one for one in offer.splitlines(True) if "fingerprint" not in one),
            "".join(one for one in offer.splitlines(True) if "ice-ufrag" not in one),
        ],
    }
    for status, bodies in cases.items():
        for body in bodies:
            reply = await http.post(whip, content=body, headers=SDP | bearer(token))
            assert reply.status_code == status, body[:40]
            assert reply.headers["access-control-allow-origin"] == "*"
    wrong_type = {"Content-Type": "application/json"} | bearer(token)
    assert (await http.post(whip, content=offer, headers=wrong_type)).status_code == 415
    right = await http.post(whip, content=offer, headers=SDP | bearer(token))
    assert right.status_code == 201


async def test_a_session_the_engine_lost_is_unknown(
    http: httpx.AsyncClient, whip: str, door: TokenDoor, engine: StockEngine, publisher: StockPeer
) -> None:
    token = door.token(Direction.PUBLISH)
    offer = await publisher.offer()
    opened = await http.post(whip, content=offer, headers=SDP | bearer(token))
    await engine.aclose()
    headers = FRAGMENT | bearer(token) | {"If-Match": opened.headers["etag"]}
    lost = await http.patch(opened.headers["location"], content=fragment_of(offer), headers=headers)
    assert (lost.status_code, lost.json()["code"]) == (404, "leg.unknown")


async def test_ten_rooms_join_at_once(
    http: httpx.AsyncClient, room: str, door: TokenDoor, engine: StockEngine
) -> None:
    async with StockPeer() as peer:
        offer = await peer.offer()

        async def join(number: int) -> int:
            headers = SDP | bearer(door.token(Direction.BOTH, member=f"site-{number}"))
            return (await http.post(room, content=offer, headers=headers)).status_code

        assert await asyncio.gather(*(join(number) for number in range(10))) == [201] * 10
    assert len({leg.id for leg in engine.opened}) == 10


def fragment_of(offer: str) -> str:
    """Return what a browser would trickle of this offer (RFC 8840)."""
    session = [one for one in offer.splitlines() if one.startswith(("a=ice-ufrag", "a=ice-pwd"))]
    candidates = [one for one in offer.splitlines() if one.startswith("a=candidate")]
    lines = [*session[:2], "m=video 9 UDP/TLS/RTP/SAVPF 0", "a=mid:0", *candidates[:3]]
    return "\r\n".join([*lines, "a=end-of-candidates", ""])
