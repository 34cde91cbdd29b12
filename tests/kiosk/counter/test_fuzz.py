"""10,000 random and mutated payloads over every HTTP route: nothing dies, nothing is stored."""

import random
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import msgspec
import pytest

from kiosk.counter.main import DATABASE
from kiosk.counter.store import Store
from tests.kiosk.counter.site import PIN, officer, running, sample_config

TOTAL = 10_000
SEED = 20_260_713
VALID: dict[str, Any] = {
    "/api/tickets": {"request": "r", "kiosk": "k", "service": "ho-tich"},
    "/api/tickets/{id}/printed": {},
    "/api/tickets/{id}/rating": {"value": 3, "scale": 3},
    "/api/officer/sign-in": {"counter": "1", "pin": PIN},
    "/api/officer/sign-out": {},
    "/api/officer/next": {"current": ""},
    "/api/officer/call": {"current": "", "ticket": "t"},
    "/api/officer/recall": {"current": ""},
    "/api/officer/finish": {"current": ""},
    "/api/officer/no-show": {"current": ""},
    "/api/officer/hold": {"current": ""},
    "/api/officer/resume": {"ticket": "t"},
    "/api/officer/transfer": {"ticket": "t", "service": "dat-dai"},
    "/api/officer/reclassify": {"ticket": "t", "priority_class": "thuong"},
    "/api/officer/pause": {},
    "/api/officer/open": {},
}
READ = (
    "/api/site",
    "/api/board",
    "/api/tickets/{id}",
    "/api/tickets/by-code/{id}",
    "/api/tickets/by-number/{id}",
    "/api/kiosks/{id}/unprinted",
    "/api/officer/state",
    "/t/{id}",
    "/{id}",
)
ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    1e308,
    10**30,
    "",
    "\x00",
    "'; DROP TABLE tickets; --",
    "A" * 300,
    "số",
    [],
    {},
)
HURT = ("not_valid", "truncated", "flipped", "noise", "odd_value", "extra_key", "deep")
FINE = {200, 201, 204}


class Fuzz:
    """Makes payloads which no route may take."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def path(self, template: str) -> str:
        letters = "abcXYZ019-_.%~'\"<>;ốÂ \\\n"
        name = "".join(self._random.choices(letters, k=self._random.randint(1, 40)))
        return template.replace("{id}", quote(name, safe=""))

    def body(self, valid: dict[str, Any]) -> bytes:
        """Return a broken body: never one that the route takes."""
        text = bytearray(msgspec.json.encode(valid))
        hurt = self._random.choice(HURT)
        if hurt == "truncated":
            return bytes(text[: self._random.randrange(len(text))])
        if hurt == "flipped":
            text[0] ^= 1 << self._random.randrange(8)
            return bytes(text)
        if hurt == "noise":
            return self._random.randbytes(self._random.randint(0, 200))
        if hurt == "deep":
            return b"[" * self._random.randint(1, 5000)
        return msgspec.json.encode(self._wrong_value(hurt, valid))

    def _wrong_value(self, hurt: str, valid: dict[str, Any]) -> object:
        if hurt == "extra_key":
            return {**valid, f"x{self._random.randrange(10**9)}": self._random.choice(ODD)}
        if hurt != "odd_value" or not valid:
            return self._random.choice(ODD[:8])
        key = self._random.choice(list(valid))
        value = self._random.choice([odd for odd in ODD if odd != valid[key]])
        if key in {"current", "ticket"} and isinstance(value, str):
            value = 7  # any text may be a ticket's name
        return {**valid, key: value}


def told_clearly(answer: httpx.Response) -> bool:
    body = answer.json()
    return bool(body["code"]) and bool(body["text"]) and isinstance(body["retry"], bool)


@pytest.mark.timeout(400)
async def test_no_payload_kills_the_server_or_leaves_anything_behind(tmp_path: Path) -> None:
    fuzz = Fuzz(SEED)
    routes = [("POST", path) for path in VALID] + [("GET", path) for path in READ]
    statuses: dict[int, int] = {}
    async with running(sample_config(tmp_path)) as client, officer(client, "1") as console:
        for at in range(TOTAL):
            method, template = routes[at % len(routes)]
            path = fuzz.path(template)
            if method == "GET":
                answer = await console.get(path)
            elif template.endswith("/printed"):  # takes no body: what is there is not read
                answer = await console.post(path, content=fuzz.body({"x": 1}))
            else:
                answer = await console.post(path, content=fuzz.body(VALID[template]))
            statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
            if answer.status_code in FINE:
                assert method == "GET", (path, answer.request.content)
            else:
                assert answer.status_code < 500, (path, answer.request.content, answer.text)
                assert told_clearly(answer), (path, answer.text)
        state = (await console.get("/api/officer/state")).json()
        assert not state["counter"]["paused"]
        good = await client.post("/api/tickets", json=VALID["/api/tickets"])
        assert good.json()["number"] == "A001"
    assert sum(statuses.values()) == TOTAL
    assert {400, 404} <= set(statuses)
    with Store(tmp_path / DATABASE) as store:
        assert len(store.journal.pending(0, 100)) == 1
