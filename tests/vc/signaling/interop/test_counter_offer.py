"""The real engine's own offer, answered by stock aiortc over PATCH, as Janus's players do it."""

import httpx
import pytest

from tests.vc.signaling.interop.focus import GUEST, focus
from tests.vc.signaling.stock_peer import StockPeer
from tests.waiting import until
from vc.engine.port import Direction

pytestmark = [pytest.mark.timeout(120)]


async def test_a_player_that_brings_no_offer_answers_ours(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    async with (
        focus(tmp_path_factory.getbasetemp() / "clips") as stands,
        StockPeer(sends=False) as player,
        httpx.AsyncClient(timeout=20, trust_env=False) as client,
    ):
        bearer = {"Authorization": f"Bearer {stands.token(Direction.PLAY)}"}
        sdp = bearer | {"Content-Type": "application/sdp"}
        offered = await client.post(stands.whep, headers=bearer)
        assert offered.status_code == 406
        leg = stands.url + offered.headers["location"]
        answer = await player.answer(offered.text)
        spoiled = answer.replace("a=fingerprint:sha-", "a=fingerprint:md")
        assert (await client.patch(leg, content=spoiled, headers=sdp)).status_code == 422
        assert (await client.patch(leg, content=answer, headers=sdp)).status_code == 204
        await until(lambda: min(player.frames.values()) > 10, "picture and sound", within_s=30)
        assert GUEST in stands.connected
        assert (await client.delete(leg, headers=bearer)).status_code == 200
        await until(lambda: GUEST not in stands.connected, "the player is gone", within_s=10)
