"""Random and mutated payloads over every HTTP route: nothing dies, nothing is stored."""

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx
import msgspec
import pytest

from kiosk.counter.main import DATABASE
from kiosk.counter.store import Store
from tests.kiosk.counter.site import officer, running, sample_config, wish

PAYLOADS = 10_000
SEED = 20_260_713
NOT_FUZZED = {"/api/stream", "/api/facing/{counter}/stream"}
"""They never end; what opens them is fuzzed at `/api/site` and `/api/facing/{counter}/state`."""
PAGES = ("/t/{id}", "/{id}")
"""Pages with a name in their address; the schema holds the API alone."""
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
WRONG: dict[str, tuple[Any, ...]] = {
    "string": (None, True, -1, 10**30, [], {}),
    "integer": (None, "số", "", 0.5, [], {}),
    "number": (None, "số", "", [], {}),
    "boolean": (None, "x", 7, [], {}),
    "array": (None, "x", 7, {}),
    "object": (None, "x", 7, []),
}
"""What no key of a type takes."""
HURT = ("not_valid", "truncated", "flipped", "noise", "wrong_value", "extra_key", "deep")
FINE = {200, 201, 204}
NO_SYSTEM = "office.not_connected"
"""Where a site has no system of the province, its routes say so (503)."""
WORDS = ("r", "000000", "0" * 32, "dat-dai", "A001", "2026-07-13")


class Route(NamedTuple):
    """A route of the server's own schema: the keys of its body, and a body that it may take."""

    method: str
    template: str
    types: dict[str, str]
    valid: dict[str, Any]


async def found(client: httpx.AsyncClient) -> list[Route]:
    """Ask the server which routes it has; a new room's are fuzzed without being named here."""
    schema = (await client.get("/api/schema/openapi.json")).json()
    routes = [Route("GET", page, {}, {}) for page in PAGES]
    for path, methods in schema["paths"].items():
        for method in methods.keys() & {"get", "post", "put"} if path not in NOT_FUZZED else ():
            told = methods[method]
            names = [one["name"] for one in told.get("parameters", ()) if one["in"] == "query"]
            query = "&".join(f"{name}={{id}}" for name in names)
            template = re.sub(r"{\w+}", "{id}", path) + (f"?{query}" if query else "")
            body = told.get("requestBody", {}).get("content", {}).get("application/json", {})
            keys = _resolved(body.get("schema", {}), schema)
            properties = keys.get("properties", {})
            types = {name: _type(one, schema) for name, one in properties.items()}
            needed = {name: _sample(properties[name], schema) for name in keys.get("required", ())}
            routes.append(Route(method.upper(), template, types, needed))
    return sorted(routes)


def _resolved(told: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = str(told.get("$ref", "")).rpartition("/")[2]
    return schema["components"]["schemas"][name] if name else told


def _type(told: dict[str, Any], schema: dict[str, Any]) -> str:
    """Return a key's type, "" where there are several."""
    kind = _resolved(told, schema).get("type", "")
    return kind if isinstance(kind, str) else ""


def _sample(told: dict[str, Any], schema: dict[str, Any]) -> object:
    told = _resolved(told, schema)
    if told.get("enum"):
        return told["enum"][0]
    if told.get("type") == "string":
        pattern = re.compile(told.get("pattern", ""))
        return next((word for word in WORDS if pattern.search(word)), "")
    samples = {"integer": told.get("minimum", 1), "number": 1, "boolean": True, "array": []}
    return samples.get(told.get("type", ""), {})


class Fuzz:
    """Makes payloads which no route may take."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def path(self, template: str) -> str:
        letters = "abcXYZ019-_.%~'\"<>;ốÂ \\\n"
        name = "".join(self._random.choices(letters, k=self._random.randint(1, 40)))
        return template.replace("{id}", quote(name, safe=""))

    def body(self, route: Route) -> bytes:
        """Return a broken body: never one that the route takes."""
        text = bytearray(msgspec.json.encode(route.valid))
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
        return msgspec.json.encode(self._wrong_value(hurt, route))

    def _wrong_value(self, hurt: str, route: Route) -> object:
        if hurt == "extra_key":
            return {**route.valid, f"x{self._random.randrange(10**9)}": self._random.choice(ODD)}
        known = [name for name, kind in route.types.items() if kind in WRONG]
        if hurt != "wrong_value" or not known:
            return self._random.choice(ODD[:8])
        name = self._random.choice(sorted(known))
        return {**route.valid, name: self._random.choice(WRONG[route.types[name]])}


def told_clearly(answer: httpx.Response) -> bool:
    body = answer.json()
    return bool(body["code"]) and bool(body["text"]) and isinstance(body["retry"], bool)


@pytest.mark.soak
@pytest.mark.timeout(400)
async def test_no_payload_kills_the_server_or_leaves_anything_behind(
    tmp_path: Path, sized: Callable[[int], int]
) -> None:
    fuzz, total = Fuzz(SEED), sized(PAYLOADS)
    statuses: dict[int, int] = {}
    async with running(sample_config(tmp_path)) as client, officer(client, "1") as console:
        routes = await found(client)
        for at in range(total):
            route = routes[at % len(routes)]
            content = b"" if route.method == "GET" else fuzz.body(route)
            path = fuzz.path(route.template)
            answer = await console.request(route.method, path, content=content or None)
            statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
            if answer.status_code in FINE:
                assert route.method == "GET", (path, content)
            else:
                assert told_clearly(answer), (path, answer.text)
                away = answer.json()["code"] == NO_SYSTEM
                assert answer.status_code < 500 or away, (path, content, answer.text)
        state = (await console.get("/api/officer/state")).json()
        assert not state["counter"]["paused"]
        good = await client.post("/api/tickets", json=wish("good"))
        assert good.json()["number"] == "A001"
    assert sum(statuses.values()) == total
    assert {400, 404} <= set(statuses)
    with Store(tmp_path / DATABASE) as store:
        assert len(store.journal.pending(0, 100)) == 1


async def test_every_rooms_routes_are_found_and_their_bodies_known(tmp_path: Path) -> None:
    """The negative control: a body of the schema's own is taken, broken in one key it is not."""
    async with running(sample_config(tmp_path)) as client:
        routes = {(one.method, one.template): one for one in await found(client)}
        assert len(routes) > 70
        assert ("POST", "/api/officer/feedback/answer") in routes
        take = routes["POST", "/api/tickets"]
        assert {"request", "kiosk", "service"} <= set(take.valid)
        right = take.valid | {"service": "ho-tich"}
        assert (await client.post("/api/tickets", json=right)).status_code == 201
        for name, kind in take.types.items():
            for wrong in WRONG.get(kind, ()):
                answer = await client.post("/api/tickets", json=right | {name: wrong})
                assert answer.status_code == 400, (name, wrong)
