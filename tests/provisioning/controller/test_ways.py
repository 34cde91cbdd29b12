"""Whatever page a form may draw: its language link, and loading it again, lead to a page."""

from collections.abc import Iterator

import httpx
import pytest

from tests.provisioning.controller.routes import Route, filled, routes_of
from tests.provisioning.controller.whole import MASTER, Whole, furnish, whole_controller

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole_controller(tmp_path_factory.mktemp("ways")) as one:
        yield one


@pytest.fixture(scope="module")
def browser(whole: Whole) -> Iterator[httpx.Client]:
    with whole.asked_by(MASTER, Accept="text/html") as http:
        yield http


def sent_to(whole: Whole) -> list[Route]:
    """Return every address of the dashboard that takes a form, but the way out."""
    routes = [one for one in routes_of(whole.dashboard) if one.method == "POST"]
    return [one for one in routes if not one.path.startswith("/api/")]


def test_the_language_link_of_every_page_that_a_form_draws_leads_to_a_page(
    whole: Whole, browser: httpx.Client
) -> None:
    things = furnish(whole, browser)
    assert len(sent_to(whole)) > 30, "the routes were not found"
    led = {}
    for route in sent_to(whole):
        path = filled(route, things)
        answer = browser.get(f"{path}?lang=en", follow_redirects=True)
        assert answer.status_code == 200, (route, answer.text[:200])
        assert 'lang="en"' in answer.text, route
        if answer.history:
            led[route.path] = answer.url.path
    assert led["/people/{number}/reset"] == filled(Route("GET", "/people/{number}"), things)
    assert led["/account/password"] == "/account"
    assert led["/units/sites/{code}/remove"] == "/units"


def test_what_the_page_was_about_is_kept(browser: httpx.Client) -> None:
    answer = browser.get("/units/sites?unit=19495&lang=en", follow_redirects=True)
    assert str(answer.url).endswith("/units?unit=19495&lang=en")
    assert "Gio Linh" in answer.text


@pytest.mark.parametrize(
    ("path", "accept"), [("/units/sites", "application/json"), ("/api/settings/check", "text/html")]
)
def test_a_program_is_told_that_it_asks_wrongly(whole: Whole, path: str, accept: str) -> None:
    with whole.asked_by(MASTER, Accept=accept) as http:
        answer = http.get(path)
    assert (answer.status_code, answer.json()["code"]) == (405, "method.not_allowed")


def test_the_land_of_a_map_may_be_kept_though_pages_may_not(browser: httpx.Client) -> None:
    """The application's own word for every answer is `no-store`."""
    page = browser.get("/")
    assert page.headers["cache-control"] == "no-store"
    address = page.text.partition('href="/map.svg?')[2].partition("#")[0].replace("&amp;", "&")
    assert address, "no land below the map"
    land = browser.get(f"/map.svg?{address}")
    assert "immutable" in land.headers["cache-control"]
    assert "no-store" not in land.headers["cache-control"]
