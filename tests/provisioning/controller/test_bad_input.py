"""Bad input at every route of dashboard and gate: a reason, nothing half-stored, and no crash.

Schemathesis asks what each route's description allows, and what it does not; half of what stands in
paths exists. Whoever asks may do everything, so only the input is a reason to refuse.
"""

import base64
import contextlib
import random
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok

from tests.provisioning.controller.described import FORM, RIGHT, described, forms_of
from tests.provisioning.controller.registry.somewhere import CLAIM, csr
from tests.provisioning.controller.routes import Route, filled, queries_of, routes_of
from tests.provisioning.controller.spoiled import MEDIA, VALUES, mutated, spoiled
from tests.provisioning.controller.whole import MASTER, NEIGHBOUR, Whole, furnish, whole_controller

pytestmark = pytest.mark.real

EXAMPLES = 8
SHARES = 4  # of the routes: together they take two minutes on a busy machine
GATE_TRIES = 40
MUTATIONS = 12
WRITTEN_DOWN = {
    "POST /sign-in": {"audit_record"},  # somebody tried the door
    "POST /api/boxes/{box}/test": {"command", "audit_record"},  # the box was asked, and refused
}
"""Refusals that are written down on purpose."""
AWAY = {"busy", "line.down", "box.away", "storage"}
"""Codes of a deliberate 503."""
LIBRARYS = {"GET /schema/{path}"}
"""Whose page of what is not there is the framework's."""
ENDLESS = {"GET /api/stream", "GET /api/shells/{name}/stream"}
NAMES = ("0" * 24, "../x", "x" * 400, "số", "%00")
CLAIMS = tuple(
    f"Basic {base64.b64encode(text.encode()).decode()}"
    for text in ("cccc:" + CLAIM, "cccc:x", ":", "số:" + CLAIM, "a" * 300 + ":" + CLAIM)
)
ONE_OF_THEIR_OWN = ("/sign-out", "/account")
"""What ends the session that asks."""
AnyCase = Case[Any]
QUIETLY = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole_controller(tmp_path_factory.mktemp("bad-input")) as one:
        yield one


@pytest.fixture(scope="module")
def http(whole: Whole) -> Iterator[httpx.Client]:
    with whole.asked_by(MASTER) as client:
        yield client


@pytest.fixture(scope="module")
def things(whole: Whole, http: httpx.Client) -> dict[str, str]:
    return furnish(whole, http)


@pytest.fixture(scope="module")
def document(whole: Whole, http: httpx.Client, things: dict[str, str]) -> dict[str, Any]:
    routes = [*routes_of(whole.dashboard)]
    there = {filled(route, things): route.path for route in routes}
    pages = [
        (route.path, http.get(filled(route, things), headers={"Accept": "text/html"}).text)
        for route in routes
        if route.method == "GET" and str(route) not in ENDLESS
    ]
    return described(whole.dashboard, forms_of(pages, there))


class Asking:
    """Sends what no browser of ours sends, and judges the answers."""

    def __init__(self, whole: Whole, http: httpx.Client) -> None:
        self._whole = whole
        self._http = http
        self._before = whole.stored()
        self.statuses: dict[int, int] = {}

    def sends(self, route: Route, path: str, **how: Any) -> None:
        """Send one request; fails unless it is answered in order, and stores all or nothing."""
        with self._http.stream(route.method, path, **how) as answer:
            if str(route) not in ENDLESS or not answer.is_success:
                answer.read()
        said = (str(route), path, how, answer.status_code)
        self.statuses[answer.status_code] = self.statuses.get(answer.status_code, 0) + 1
        if answer.status_code >= 400 and str(route) not in LIBRARYS:
            self._is_told_why(answer, said)
        before, self._before = self._before, self._whole.stored()
        if answer.status_code >= 400:
            changed = {name for name, rows in self._before.items() if rows != before[name]}
            assert changed <= WRITTEN_DOWN.get(str(route), set()), said

    @staticmethod
    def _is_told_why(answer: httpx.Response, said: object) -> None:
        if answer.headers["content-type"].startswith("text/html"):
            assert answer.status_code < 500, said
            assert 'role="alert"' in answer.text, said
            return
        told = answer.json()
        assert told["code"], said
        assert told["text"], said
        assert isinstance(told["retry"], bool), said
        assert answer.status_code < 500 or (answer.status_code == 503 and told["code"] in AWAY), (
            said,
            told,
        )


def each(
    asking: Asking, route: Route, cases: some.SearchStrategy[AnyCase], things: Mapping[str, str]
) -> None:
    """Ask a route each of some cases, the same ones every time; half of them of what there is."""

    @QUIETLY
    @given(case=cases, known=some.sampled_from((things, {})))
    def run(case: AnyCase, known: Mapping[str, str]) -> None:
        asking.sends(route, filled(route, known or _plain(case.path_parameters)), **asked(case))

    with contextlib.suppress(Unsatisfiable):  # nothing about it can be wrong
        run()


def _plain(named: Mapping[str, object] | None) -> dict[str, str]:
    """Return what a case names in its path, but what a client makes another path of."""
    texts = {name: unquote(str(value)) for name, value in (named or {}).items()}
    return {name: "x" if text in ("", ".", "..") else text for name, text in texts.items()}


def asked(case: AnyCase) -> dict[str, Any]:
    """Return the rest of a case as httpx sends it."""
    how = case.as_transport_kwargs(base_url="http://nowhere")
    kept = {name: how[name] for name in ("params", "json", "data", "files") if how.get(name)}
    content = kept.get("data")
    if isinstance(content, bytes | str):
        kept["content"] = kept.pop("data")
    headers = {"Content-Type": case.media_type} if case.media_type and "content" in kept else {}
    return {**kept, "headers": headers}


def operations(document: dict[str, Any]) -> list[tuple[Route, Any]]:
    """Return every route, pages before deeds, with what the document says of it."""
    routes = []
    for found in schemathesis.openapi.from_dict(document).get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        routes.append((Route(operation.method.upper(), operation.path), operation))
    return sorted(routes, key=lambda one: one[0])


def asked_anything(
    asking: Asking, some_of_them: Iterable[tuple[Route, Any]], things: Mapping[str, str]
) -> None:
    for route, operation in some_of_them:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            each(asking, route, operation.as_strategy(generation_mode=mode), things)


def test_every_route_of_ones_own_account_answers_whatever_it_is_asked(
    whole: Whole, things: dict[str, str], document: dict[str, Any]
) -> None:
    own = [one for one in operations(document) if one[0].path.startswith(ONE_OF_THEIR_OWN)]
    with whole.asked_by(NEIGHBOUR) as other:
        asking = Asking(whole, other)
        asked_anything(asking, own, things)
    assert asking.statuses.keys() >= {200, 303, 400}, asking.statuses


@pytest.mark.parametrize("share", range(SHARES))
def test_every_route_of_the_dashboard_answers_whatever_it_is_asked(
    whole: Whole,
    http: httpx.Client,
    things: dict[str, str],
    document: dict[str, Any],
    share: int,
) -> None:
    asking = Asking(whole, http)
    others = [one for one in operations(document) if not one[0].path.startswith(ONE_OF_THEIR_OWN)]
    asked_anything(asking, others[share::SHARES], things)
    assert asking.statuses.keys() >= {200, 303, 400, 404}, asking.statuses
    assert http.get("/api/summary").status_code == 200, "whoever asked is signed in still"


def test_every_part_of_an_address_may_be_wrong_alone(
    whole: Whole, http: httpx.Client, things: dict[str, str]
) -> None:
    asking = Asking(whole, http)
    for route, names in queries_of(whole.dashboard):
        right = {name: RIGHT[name] for name in names if name in RIGHT}
        for name in names:
            for value in VALUES:
                asking.sends(route, filled(route, things), params=right | {name: value})
    assert asking.statuses.keys() >= {200, 400, 403}, asking.statuses


def test_spoiled_bodies_are_refused_whole(
    whole: Whole, http: httpx.Client, things: dict[str, str], document: dict[str, Any]
) -> None:
    chance = random.Random(11)
    asking = Asking(whole, http)
    for route in routes_of(whole.dashboard):
        if route.method == "GET" or route.path.startswith(ONE_OF_THEIR_OWN):
            continue
        content = document["paths"][route.path]["post"].get("requestBody", {"content": {FORM: {}}})
        (media,) = content["content"]
        for _ in range(MUTATIONS):
            asking.sends(
                route,
                filled(route, things),
                content=spoiled(chance),
                headers={"Content-Type": chance.choice((media, *MEDIA))},
            )
    assert asking.statuses.keys() >= {400, 413}, asking.statuses


def test_what_is_accepted_is_seen_in_the_store(whole: Whole, http: httpx.Client) -> None:
    """The control of all above: the comparison sees what a request stores."""
    before = whole.stored()
    site = {"code": "chung-minh", "name": "Một cửa", "unit": "19495"}
    assert http.post("/units/sites", data=site).status_code == 303
    changed = {name for name, rows in whole.stored().items() if rows != before[name]}
    assert changed == {"site", "audit_record"}


def test_the_gate_answers_whatever_it_is_asked(whole: Whole, things: dict[str, str]) -> None:
    chance = random.Random(5)
    right = base64.b64encode(csr("cccc"))
    for number in range(GATE_TRIES):
        with whole.box(f"127.0.1.{number + 1}") as box:  # who tries too often is not heard
            asking = Asking(whole, box)
            for route in routes_of(whole.gate):
                name = things["name"] if chance.random() < 0.5 else chance.choice(NAMES)
                asking.sends(
                    route,
                    filled(route, {"name": name, "piece": chance.choice(("image", *NAMES))}),
                    content=mutated(right, chance) if chance.random() < 0.7 else spoiled(chance),
                    headers={
                        "Authorization": chance.choice(CLAIMS),
                        "Content-Type": chance.choice(("application/pkcs10", *MEDIA)),
                        "Content-Range": chance.choice(("", "bytes 0-1/2", "bytes 9-1/0", "x")),
                    },
                )
    with whole.box() as box:
        assert box.get("/time").status_code == 200
