"""Every route of dashboard and gate, found by itself: nobody gets in, nobody beyond their reach.

A new route without a guard fails here. What is open, or shared by everybody with a right somewhere,
is named below.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest

from tests.provisioning.controller.routes import Route, filled, routes_of
from tests.provisioning.controller.whole import (
    BOX,
    BOX_NAME,
    MASTER,
    NEWCOMER,
    ONLOOKER,
    STRANGER,
    UNIT,
    Whole,
    furnish,
    whole_controller,
)

pytestmark = pytest.mark.real

OPEN = {
    "GET /sign-in",
    "POST /sign-in",
    "GET /metrics",  # on this very machine; from elsewhere with the token
    "GET /static/{file_path}",
    "GET /fonts/{file_path}",
    "GET /dashboard/{file_path}",
}
"""What nobody in particular may ask."""
OWN = {
    "POST /sign-out",
    "GET /account",
    "POST /account/password",
    "POST /account/second-factor",
    "POST /account/second-factor/confirm",
    "POST /account/second-factor/remove",
    "POST /account/sessions",
    "POST /account/language",
    "GET /schema",  # the API's description holds nothing of anybody
    "GET /schema/openapi.json",
    "GET /schema/{path}",
}
"""What anybody with an account may ask: it is about oneself."""
SEEN = {
    "GET /",
    "GET /api/summary",
    "GET /api/boxes",
    "GET /map.svg",
    "GET /alerts",
    "GET /api/alerts",
    "GET /api/stream",
    "GET /api/units",
    "GET /reports",
    "GET /reports/{form}",
    "GET /exports/{name}",
}
"""What every viewer may ask: it shows as much as one's rights reach."""
SHARED = {
    "GET /units",
    "GET /people",
    "GET /people/{number}",
    "GET /enrolment",
    "GET /api/enrolment",  # who waits at the gate stands nowhere yet
    "POST /enrolment/requests/{number}/accept",
    "POST /enrolment/requests/{number}/refuse",
    "POST /enrolment/expect",
    "POST /enrolment/list",
    "POST /enrolment/stick",
    "POST /units/corrections",
    "GET /settings",
    "GET /shells",
    "GET /firmware",
    "GET /settings/profile",
    "GET /settings/preview",
    "GET /settings/edit",
    "GET /settings/save",
    "POST /settings/preview",
    "POST /settings/edit",
    "POST /settings/save",
    "GET /api/settings/schema/{part}",
    "POST /api/settings/check",
}
"""What somebody with a right somewhere may ask; what it does or shows is bound to their branch."""
BOXES_OPEN = {
    "GET /time",
    "GET /ca.pem",
    "GET /crl",
    "GET /.well-known/est/cacerts",
    "GET /.well-known/est/csrattrs",
}
"""What a box without a certificate, and without a claim, may ask of the gate."""
FORM = {
    "place": BOX,
    "box": BOX,
    "level": "box",
    "target": BOX,
    "text": "",
    "why": "thử",
    "verdict": "không",
    "login": "ai-do",
    "name": "Ai đó",
    "role": "viewer",
    "unit": UNIT,
    "code": "noi-nao-do",
}
BODIES = {
    "/api/boxes/{box}/test": {"device": "printer"},
    "/api/boxes/{box}/orders": {"what": "reboot"},
    "/api/shells/{name}/keys": {"keys": "a"},
    "/api/settings/check": {"text": ""},
}
"""What is sent: right, so that nothing but who asks is a reason to refuse it."""
_STREAMS = "/stream"  # answers that do not end


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole_controller(tmp_path_factory.mktemp("guards")) as one:
        yield one


@pytest.fixture(scope="module")
def things(whole: Whole) -> dict[str, str]:
    with whole.asked_by(MASTER) as http:
        return furnish(whole, http)


def asked(http: httpx.Client, route: Route, things: Mapping[str, str]) -> httpx.Response:
    """Ask a route about what there is, and return its answer (of a stream its head)."""
    body: dict[str, Any] = {}
    if route.method == "POST":
        body = {"json": BODIES[route.path]} if route.path in BODIES else {"data": FORM}
    with http.stream(route.method, filled(route, things), **body) as answer:
        if not (answer.is_success and _STREAMS in route.path):
            answer.read()
    return answer


def test_the_tables_name_routes_that_are_there(whole: Whole) -> None:
    there = {str(route) for route in routes_of(whole.dashboard)}
    assert (OPEN | OWN | SEEN | SHARED) - there == set()
    assert BOXES_OPEN - {str(route) for route in routes_of(whole.gate)} == set()
    assert len(there) > 60, "the routes were not found"


def test_nobody_gets_beyond_the_door(whole: Whole, things: dict[str, str]) -> None:
    before = whole.stored()
    let_in = []
    with whole.asked_by() as http:
        for route in routes_of(whole.dashboard):
            answer = asked(http, route, things)
            if answer.status_code != 401 or str(route) == "POST /sign-in":
                let_in.append(str(route))
            else:
                assert answer.json()["code"] == "not_signed_in", route
    assert set(let_in) == OPEN
    changed = {name for name, rows in whole.stored().items() if rows != before[name]}
    assert changed <= {"audit_record"}, "only a sign-in that failed is written down"


def test_a_page_that_nobody_asks_for_leads_to_the_door_and_back(
    whole: Whole, things: dict[str, str]
) -> None:
    with whole.asked_by("", Accept="text/html") as http:
        for route in routes_of(whole.dashboard):
            if route.method != "GET" or route.path.startswith("/api/") or str(route) in OPEN:
                continue
            path = filled(route, things)
            answer = http.get(path)
            assert answer.status_code == 303, route
            assert answer.headers["location"] == f"/sign-in?to={path}", route


def test_somebody_without_any_right_sees_his_own_account(
    whole: Whole, things: dict[str, str]
) -> None:
    with whole.asked_by(NEWCOMER) as http:
        for route in routes_of(whole.dashboard):
            if str(route) in OPEN | OWN:
                continue
            answer = asked(http, route, things)
            assert (answer.status_code, answer.json()["code"]) == (403, "command.not_allowed"), (
                route
            )


def test_a_viewer_of_another_branch_is_refused(whole: Whole, things: dict[str, str]) -> None:
    before = whole.stored()
    with whole.asked_by(ONLOOKER) as http:
        begun = whole.stored()
        for route in routes_of(whole.dashboard):
            if str(route) in OPEN | OWN:
                continue
            answer = asked(http, route, things)
            if str(route) in SEEN:
                assert answer.status_code == 200, route
                tells_nothing(route, answer)
            else:
                assert answer.status_code == 403, (route, answer.text)
                assert answer.json()["text"], route
    assert whole.stored() == begun
    assert begun != before, "a session was begun: the comparison can fail"


def test_somebody_with_every_right_in_another_branch_does_nothing_here(
    whole: Whole, things: dict[str, str]
) -> None:
    with whole.asked_by(STRANGER) as http:
        for route in routes_of(whole.dashboard):
            if str(route) in OPEN | OWN:
                continue
            before = whole.stored()
            answer = asked(http, route, things)
            if str(route) in SEEN | SHARED:
                assert answer.status_code < 500, route
                tells_nothing(route, answer)
            else:
                assert answer.status_code == 403, (route, answer.text)
            after = whole.stored()
            changed = {name for name, rows in after.items() if rows != before[name]}
            assert changed == set(), (route, changed)


def test_the_same_requests_are_answered_to_who_may(whole: Whole, things: dict[str, str]) -> None:
    """Without this, a refusal above could have another reason."""
    with whole.asked_by(MASTER) as http:
        for path in (
            f"/boxes/{BOX}",
            "/alerts",
            "/exports/alerts.csv",
            f"/api/orders/{things['name']}",
        ):
            answer = http.get(path)
            assert answer.status_code == 200, path
            assert BOX in answer.text, path


def test_a_box_without_a_certificate_gets_little_from_the_gate(
    whole: Whole, things: dict[str, str]
) -> None:
    before, let_in = whole.stored(), set()
    with whole.box() as box:
        for route in routes_of(whole.gate):
            answer = box.request(route.method, filled(route, things), content=b"x")
            if answer.is_success:
                let_in.add(str(route))
            else:
                assert answer.status_code in (401, 403), (route, answer.text)
                assert answer.json()["code"], route
    assert let_in == BOXES_OPEN
    assert whole.stored() == before


def tells_nothing(route: Route, answer: httpx.Response) -> None:
    """Fail when the answer names the box that stands in another branch."""
    if _STREAMS in route.path and answer.is_success:
        return  # who hears of which box: tests/provisioning/controller/test_news.py
    told = answer.content.decode(errors="replace")
    assert BOX_NAME not in told, route
    assert BOX not in told or "needs the right" in told, route
