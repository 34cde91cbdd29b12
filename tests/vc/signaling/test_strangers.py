"""Strangers at the door: each is refused with a code, and the next honest one comes in."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from devices.contract.clock import SimulatedClock, SystemClock
from devices.contract.message import RefusedError
from devices.web.serve import served
from devices.web.tls import TlsConfig
from tests.certificates import Identity, TestAuthority
from tests.vc.signaling.stock_engine import StockEngine
from tests.vc.signaling.stock_peer import StockPeer
from tests.vc.signaling.token_door import CONFERENCE, TokenDoor
from vc.engine.port import Direction
from vc.rtp.errors import SdpError
from vc.signaling.client import ClientTls, join_two_way
from vc.signaling.door import Limits
from vc.signaling.errors import UnreachableError
from vc.signaling.routes import signaling_routes
from vc.signaling.sdp import read_description, read_fragment
from vc.signaling.tokens import Claims, Tokens

SDP = {"Content-Type": "application/sdp"}


@pytest.fixture
async def offer() -> str:
    async with StockPeer() as peer:
        return await peer.offer()


def forged() -> str:
    claims = Claims(conference=CONFERENCE, member="dong-ha", direction=Direction.BOTH)
    return Tokens(b"not the server's secret", SystemClock()).issue(claims, valid_for_s=60)


async def test_every_wrong_token_has_its_code(
    http: httpx.AsyncClient, room: str, door: TokenDoor, engine: StockEngine, offer: str
) -> None:
    used = door.token(Direction.BOTH)
    first = await http.post(room, content=offer, headers=SDP | {"Authorization": f"Bearer {used}"})
    assert first.status_code == 201
    wrong = {
        "": (401, "token.none"),
        "Basic YTpi": (401, "token.none"),
        f"Bearer {used}": (401, "token.replayed"),
        f"Bearer {forged()}": (401, "token.forged"),
        "Bearer \xff": (401, "token.forged"),
        f"Bearer {door.token(Direction.PLAY)}": (403, "token.wrong_direction"),
    }
    for authorization, expected in wrong.items():
        headers = [
            (b"Content-Type", b"application/sdp"),
            (b"Authorization", authorization.encode("latin1")),
        ]
        reply = await http.post(room, content=offer, headers=headers)
        assert (reply.status_code, reply.json()["code"]) == expected, authorization
        assert reply.headers.get("www-authenticate") == ("Bearer" if expected[0] == 401 else None)
    elsewhere = SDP | {"Authorization": f"Bearer {door.token(Direction.BOTH)}"}
    reply = await http.post("/room/another", content=offer, headers=elsewhere)
    assert (reply.status_code, reply.json()["code"]) == (403, "token.other_conference")
    assert len(engine.opened) == 1


async def test_whoever_guesses_tokens_is_made_to_wait_and_keeps_nobody_out(
    engine: StockEngine, door: TokenDoor, offer: str
) -> None:
    clock = SimulatedClock(datetime(2026, 11, 23, tzinfo=UTC))
    limits = Limits(clock, refusals=5)
    app = Litestar(signaling_routes(engine, door, lambda _: (), limits), logging_config=None)
    headers = SDP | {"Authorization": f"Bearer {forged()}"}
    async with (
        served(app, "127.0.0.1", 0) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client,
    ):
        path = f"/room/{CONFERENCE}"
        answers = [await client.post(path, content=offer, headers=headers) for _ in range(7)]
        assert [one.status_code for one in answers] == [401] * 5 + [429] * 2
        assert answers[-1].headers["retry-after"] == "5"
        honest = SDP | {"Authorization": f"Bearer {door.token(Direction.BOTH)}"}
        assert (await client.post(path, content=offer, headers=honest)).status_code == 201


async def test_an_address_opens_no_more_than_its_share(
    engine: StockEngine, door: TokenDoor
) -> None:
    clock = SimulatedClock(datetime(2026, 11, 23, tzinfo=UTC))
    limits = Limits(clock, requests=3)
    app = Litestar(signaling_routes(engine, door, lambda _: (), limits), logging_config=None)
    async with (
        served(app, "127.0.0.1", 0) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client,
    ):
        answers = [await client.post(f"/whip/{CONFERENCE}", content="x") for _ in range(4)]
    assert [one.status_code for one in answers] == [415] * 3 + [429]


@pytest.fixture
def authority(tmp_path: Path) -> TestAuthority:
    return TestAuthority(tmp_path, "province")


@asynccontextmanager
async def behind_tls(
    authority: TestAuthority, engine: StockEngine, door: TokenDoor
) -> AsyncIterator[str]:
    own = authority.issue("conference")
    tls = TlsConfig(
        certificate_file=str(own.certificate),
        key_file=str(own.key),
        client_ca_file=str(authority.certificate),
    )
    routes = signaling_routes(engine, door, lambda _: (), Limits(SystemClock()), asks_boxes=True)
    app = Litestar(routes, logging_config=None)
    async with served(app, "127.0.0.1", 0, tls=tls) as port:
        yield f"https://127.0.0.1:{port}"


def trusting(authority: TestAuthority, identity: Identity | None = None) -> ClientTls:
    return ClientTls(
        ca_file=str(authority.certificate),
        certificate_file=str(identity.certificate) if identity else "",
        key_file=str(identity.key) if identity else "",
    )


async def test_a_room_needs_the_certificate_of_its_own_box(
    authority: TestAuthority, engine: StockEngine, door: TokenDoor, tmp_path: Path
) -> None:
    box = "dong-ha-room"
    own, other = authority.issue(box), authority.issue("cam-lo-room")
    foreign = TestAuthority(tmp_path, "elsewhere").issue(box)
    async with behind_tls(authority, engine, door) as url, StockPeer() as peer:
        room = f"{url}/room/{CONFERENCE}"
        token = door.token(Direction.BOTH, box=box)
        offered = _Offers(await peer.offer())
        for identity in (other, None):
            with pytest.raises(RefusedError) as refused:
                await join_two_way(room, token, offered, tls=trusting(authority, identity))
            assert refused.value.refused.code == "box.foreign"
        with pytest.raises(UnreachableError):
            await join_two_way(room, token, offered, tls=trusting(authority, foreign))
        assert engine.opened == []
        await join_two_way(room, token, offered, tls=trusting(authority, own))
        assert [leg.source for leg in engine.opened] == ["dong-ha"]


async def test_a_guest_needs_no_certificate(
    authority: TestAuthority, engine: StockEngine, door: TokenDoor
) -> None:
    async with behind_tls(authority, engine, door) as url, StockPeer() as peer:
        offered = _Offers(await peer.offer())
        token = door.token(Direction.PUBLISH)
        await join_two_way(f"{url}/whip/{CONFERENCE}", token, offered, tls=trusting(authority))
        assert len(engine.opened) == 1


async def test_a_server_of_another_authority_gets_no_token(
    authority: TestAuthority, engine: StockEngine, door: TokenDoor, tmp_path: Path
) -> None:
    stranger = TestAuthority(tmp_path, "elsewhere")
    async with behind_tls(stranger, engine, door) as url, StockPeer() as peer:
        token = door.token(Direction.BOTH)
        with pytest.raises(UnreachableError):
            await join_two_way(f"{url}/room/{CONFERENCE}", token, peer, tls=trusting(authority))
    assert engine.opened == []


def test_ten_thousand_spoiled_descriptions_raise_sdp_error_or_nothing(offer: str) -> None:
    chance = random.Random(20261123)
    kept = refused = 0
    for body in spoiled(offer.encode(), chance, 10_000):
        for read in (read_description, read_fragment):
            try:
                read(body)
                kept += 1
            except SdpError:
                refused += 1
    assert kept > 100
    assert refused > 1_000


async def test_spoiled_offers_over_http_end_no_server(
    http: httpx.AsyncClient, whip: str, engine: StockEngine, offer: str
) -> None:
    chance = random.Random(7)
    seen = set()
    for body in spoiled(offer.encode(), chance, 200):
        reply = await http.post(whip, content=body, headers=SDP)
        seen.add(reply.status_code)
    assert seen <= {400, 401, 413, 422, 429}
    assert engine.opened == []


class _Offers:
    """An offer that was made before; the answer does not matter."""

    def __init__(self, offer: str) -> None:
        self._offer = offer

    async def offer(self) -> str:
        return self._offer

    async def accept(self, answer: str) -> None:
        assert answer.startswith("v=0")

    async def answer(self, offer: str) -> str:
        raise NotImplementedError


def spoiled(body: bytes, chance: random.Random, count: int) -> list[bytes]:
    """Return the body with bytes changed, lines lost, doubled, moved, cut, or numbers blown up."""
    made = []
    for _ in range(count):
        lines = body.split(b"\r\n")
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(lines))
            match chance.randrange(6):
                case 0:
                    lines.pop(at) if len(lines) > 1 else None
                case 1:
                    lines.insert(at, chance.choice(lines))
                case 2:
                    lines[at] = lines[at][: chance.randint(0, len(lines[at]))]
                case 3:
                    lines[at] = lines[at].replace(b"1", b"9" * chance.randint(1, 400))
                case 4:
                    lines[at] += bytes(chance.randrange(256) for _ in range(chance.randint(1, 8)))
                case _:
                    chance.shuffle(lines)
        made.append(b"\r\n".join(lines))
    return made
