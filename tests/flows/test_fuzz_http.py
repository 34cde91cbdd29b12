"""Ten thousand random and mutated requests over every route of the controller: nothing dies.

Two thousand where nobody asks for `--full`: a hundred a route. The counter server's routes have a
suite of their own (tests/kiosk/counter/test_fuzz.py).
"""

import random
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import httpx
import msgspec
import pytest

from provisioning.demo.sample import BOX_A
from tests.flows.province import Site, whole_province

pytestmark = [pytest.mark.real, pytest.mark.soak, pytest.mark.timeout(400)]

REQUESTS = 10_000
READ: tuple[str, ...] = (
    *("/", "/boxes/{id}", "/api/summary", "/api/boxes", "/api/boxes/{id}", "/api/events"),
    *("/metrics", "/static/{id}", "/dashboard/{id}", "/fonts/{id}", "/{id}", "/schema/{id}"),
    *("/people", "/people/{id}", "/audit", "/api/audit", "/units", "/api/units", "/account"),
)
TEST = "/api/boxes/{id}/test"
RIGHT = msgspec.json.encode({"device": "printer"})
QUERIES = ("box", "after", "limit", "x", "")
VALUES = ("", "-1", "0", "1e9", "9" * 400, "' OR 1=1 --", "%00", "số", BOX_A, "null", "[]")
LETTERS = "abcXYZ019-_.%~'\"<>;ốÂ \\\n/"


class Stranger:
    """Sends what no browser of ours sends."""

    def __init__(self, site: Site, seed: int) -> None:
        self._http = site.controller
        self._chance = random.Random(seed)
        self.statuses: dict[int, int] = {}

    async def sends(self) -> None:
        """Send one request; fails unless it is answered in order."""
        answer = await (self._reads() if self._chance.random() < 0.5 else self._posts())
        status = answer.status_code
        self.statuses[status] = self.statuses.get(status, 0) + 1
        assert status < 500, (answer.request.url, answer.request.content, answer.text)
        if status >= 400 and not answer.request.url.path.startswith("/schema/"):  # the library's
            if answer.headers["content-type"].startswith("text/html"):  # a page's form
                assert 'role="alert"' in answer.text, answer.request.url
                return
            told = answer.json()
            assert told["code"], answer.request.url
            assert told["text"], answer.request.url

    async def _reads(self) -> httpx.Response:
        pick = self._chance.choice
        query = {pick(QUERIES): pick(VALUES) for _ in range(self._chance.randrange(3))}
        return await self._http.get(self._path(pick(READ)), params=query)

    async def _posts(self) -> httpx.Response:
        origin = str(self._http.base_url).rstrip("/")
        foreign = self._chance.choice((origin, origin, "null", "http://elsewhere", ""))
        return await self._http.post(
            self._path(self._chance.choice((TEST, *READ))),
            content=self._body(),
            headers={"Origin": foreign, "Content-Type": "application/json"},
        )

    def _path(self, template: str) -> str:
        name = "".join(self._chance.choices(LETTERS, k=self._chance.randint(1, 30)))
        return template.replace("{id}", quote(name, safe=""))

    def _body(self) -> bytes:
        spoiled = bytearray(RIGHT)
        match self._chance.randrange(4):
            case 0:
                return self._chance.randbytes(self._chance.randrange(300))
            case 1:
                return bytes(spoiled[: self._chance.randrange(len(spoiled))])
            case 2:
                return b"[" * self._chance.randrange(5000)
            case _:
                spoiled[self._chance.randrange(len(spoiled))] ^= 1 << self._chance.randrange(8)
                return bytes(spoiled)


async def test_spoiled_requests_to_the_controller_kill_nothing_and_ask_no_box(
    tmp_path: Path, sized: Callable[[int], int]
) -> None:
    async with whole_province(tmp_path) as site:
        before = {name: child.pid for name, child in site.province.children.items()}
        stranger = Stranger(site, seed=7)
        for _ in range(sized(REQUESTS)):
            await stranger.sends()
        assert {name: child.pid for name, child in site.province.children.items()} == before
        assert {200, 400, 404} <= set(stranger.statuses), stranger.statuses
        assert await site.stored_events() == []
        paper = site.province.plan.boxes[BOX_A].paper
        assert list(paper.glob("*.png")) == [], "a test print was asked for"
        assert (await site.controller.get(f"/api/boxes/{BOX_A}")).is_success
