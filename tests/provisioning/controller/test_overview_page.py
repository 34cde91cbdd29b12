"""The pages of boxes, as they are sent and in a real browser: small, live, and within reach."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import httpx
import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from devices.contract.clock import SystemClock
from devices.runtime.alongside import alongside
from provisioning.controller.database import Database
from provisioning.controller.fleet import PartState
from provisioning.controller.history.history import History
from provisioning.controller.history.samples import MOMENT_S, Sample
from provisioning.controller.ingest import Outcome
from provisioning.controller.keeping import Kept
from provisioning.controller.overview import Overview
from provisioning.controller.rights import Grant, Person, Role
from tests.counterparts.chromium import chromium, click, complaints
from tests.counterparts.chromium import until as seen
from tests.provisioning.controller.province import Country, dashboard, parts_of
from tests.provisioning.controller.somebody import TECHNICIAN, VIEWER

MOST_BYTES = 50_000
HANOI = Person(
    id=9, login="ha-noi", name="Hà Nội", grants=(Grant(unit="01", role=Role.TECHNICIAN),)
)
CLOCK = SystemClock()


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


class Site:
    """A dashboard with somebody signed in."""

    def __init__(self, http: httpx.AsyncClient, overview: Overview, url: str) -> None:
        self.http = http
        self.overview = overview
        self.url = url

    async def page(self, path: str = "/") -> str:
        answer = await self.http.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def tell(self, parts: Iterable[PartState]) -> None:
        self.overview.tell(Outcome(tuple(parts), Kept({}), 0))


async def site_of(boxes: int, database: Database, person: Person) -> AsyncIterator[Site]:
    async with (
        dashboard(Country(boxes), database, CLOCK, person) as (url, overview),
        alongside(overview.run(), name="overview"),
        httpx.AsyncClient(base_url=url, timeout=20) as http,
    ):
        yield Site(http, overview, url)


@pytest.fixture
async def large(database: Database) -> AsyncIterator[Site]:
    async for site in site_of(3400, database, VIEWER):
        yield site


@pytest.fixture
async def small(database: Database) -> AsyncIterator[Site]:
    async for site in site_of(8, database, TECHNICIAN):
        yield site


@pytest.fixture
async def hanoi(database: Database) -> AsyncIterator[Site]:
    async for site in site_of(400, database, HANOI):
        yield site


async def test_a_whole_country_is_a_small_page(large: Site) -> None:
    for path in ("/", "/?need=fault", "/?words=xa", "/?unit=01&lang=en", "/?after=kiosk-02000"):
        page = await large.page(path)
        assert len(page.encode()) < MOST_BYTES, path
        assert page.count("<tr") <= 26


async def land_of(site: Site, page: str) -> tuple[str, httpx.Response]:
    """Return the address of the land below a page's map, and the land."""
    found = re.search(r'href="(/map\.svg\?[^"#]+)#land"', page)
    assert found, "no land below the map"
    address = found[1].replace("&amp;", "&")
    return address, await site.http.get(address)


async def test_below_the_map_lie_the_units_without_boxes_kept_by_the_browser(
    large: Site, small: Site, hanoi: Site
) -> None:
    for site, path, dots in (
        (large, "/", 3000),
        (large, "/?unit=01", 100),
        (small, "/", 100),  # all boxes are in one province: it alone is shown
        (hanoi, "/", 100),
    ):
        page = await site.page(path)
        address, land = await land_of(site, page)
        assert dots < land.text.count("h0") < dots * 1.3, (path, land.text.count("h0"))
        assert "immutable" in land.headers["cache-control"]
        assert len(land.content) < MOST_BYTES
        other = await site.http.get(re.sub("v=.*", "v=0", address))
        assert other.headers["cache-control"] == "no-store", "another land had this address"


async def test_the_map_is_told_in_words_too(small: Site) -> None:
    page = await small.page("/?lang=vi")
    assert re.search(r'aria-label="[^"]*: \d+ trong 126 xã, phường có hộp"', page)
    assert re.search(r'<li class="land">Xã, phường chưa có hộp <b>\d+</b>', page)


@pytest.mark.parametrize("asked", ["", "?unit=none", "?unit=48", "?unit=%00&v=x"])
async def test_land_that_is_not_there_or_not_theirs_is_empty(hanoi: Site, asked: str) -> None:
    land = await hanoi.http.get(f"/map.svg{asked}")
    assert land.status_code == 200
    assert ("h0" in land.text) == (asked == "")


async def test_every_page_of_the_list_can_be_walked_to(large: Site) -> None:
    page = await large.page("/?need=fault")
    found = set(re.findall(r'href="/boxes/(kiosk-\d+)"', page))
    while later := re.search(r'rel="next" href="([^"]+)"', page):
        page = await large.page(later[1].replace("&amp;", "&"))
        found |= set(re.findall(r'href="/boxes/(kiosk-\d+)"', page))
    total = (await large.http.get("/api/summary")).json()["needs"]["fault"]
    assert len(found) == total > 25


async def test_a_page_that_did_not_change_is_not_sent_again(small: Site) -> None:
    async with asyncio.timeout(20):
        while True:  # each quarter of a minute it is another one
            first = await small.http.get("/")
            known = {"If-None-Match": first.headers["ETag"]}
            again = await small.http.get("/", headers=known)
            if again.status_code == 304:
                break
    assert again.content == b""
    assert (await small.http.get("/?lang=en", headers=known)).status_code == 200
    small.tell(parts_of("kiosk-00002", "Một cửa", 89 + 3, CLOCK.now()))
    async with asyncio.timeout(20):
        while (await small.http.get("/", headers=known)).status_code == 304:
            await asyncio.sleep(0.05)


async def test_who_may_see_a_province_sees_no_other(hanoi: Site) -> None:
    summary = (await hanoi.http.get("/api/summary")).json()
    listed = (await hanoi.http.get("/api/boxes?limit=1000")).json()
    assert len(listed) == summary["boxes"] > 0
    assert {box["path"][0] for box in listed} == {"01"}
    other = next(b for b in Country(400).boxes if Country(400).path(b)[0] != "01")
    for path in (f"/boxes/{other}", f"/api/boxes/{other}", f"/api/stream?box={other}"):
        answer = await hanoi.http.get(path)
        assert (path, answer.status_code) == (path, 403)
    assert (await hanoi.http.get("/api/events")).status_code == 403, "events of all boxes"
    assert other not in await hanoi.page("/?words=kiosk")


@pytest.mark.parametrize("asked", ["?unit=none", "?need=none", "?words=%00", "?after=~&before=~"])
async def test_what_nobody_knows_is_an_empty_page_or_the_whole(small: Site, asked: str) -> None:
    assert "<main" in await small.page(f"/{asked}")


async def test_words_of_a_search_are_shown_as_words(large: Site) -> None:
    page = await large.page('/?words="><script>alert(1)</script>')
    assert "<script>alert" not in page


async def test_a_boxs_figures_are_drawn(small: Site, database: Database) -> None:
    now = int(CLOCK.now().timestamp())
    times = range(now - 6 * 3600, now, MOMENT_S)
    History(database).write(
        [Sample("kiosk-00002", "waiting", MOMENT_S, at, 4.0, 4.0, 4.0) for at in times]
    )
    page = await small.page("/boxes/kiosk-00002?lang=en")
    assert page.count("<figure>") == 1
    assert 'class="mean" d="M' in page
    assert "pi-kiosk-00002" in page, "what is on record of it"
    assert "Certificate" in page
    found = (await small.http.get("/api/boxes/kiosk-00002")).json()
    assert found["path"][0] == "01"


def _wide(browser: Chrome, svg: WebElement) -> float:
    """Return how wide the land is drawn: nothing while it is not there."""
    script = "return arguments[0].querySelector('use.land').getBBox().width"
    return float(browser.execute_script(script, svg))


@pytest.mark.real
async def test_a_wall_shows_what_happens_and_a_phone_folds_its_menu(
    small: Site, tmp_path: Path
) -> None:
    loop = asyncio.get_running_loop()
    broken = list(parts_of("kiosk-00002", "Một cửa Hoàn Kiếm", 89 + 3, CLOCK.now()))

    def visit() -> list[str]:
        with chromium(tmp_path / "profile", width=360, height=740) as browser:
            browser.get(small.url)
            chip = "#box-kiosk-00002 .device .how"
            seen(lambda: browser.find_element(By.CSS_SELECTOR, chip).text == "Tốt", "all is well")
            seen(
                lambda: "up" in (browser.find_element(By.ID, "line").get_attribute("class") or ""),
                "the stream",
            )
            loop.call_soon_threadsafe(small.tell, broken)
            seen(lambda: browser.find_element(By.CSS_SELECTOR, chip).text == "Hết giấy", "paper")
            places = browser.find_element(By.ID, "places")
            assert not places.is_displayed()
            click(browser, "#menu")
            assert places.is_displayed()
            svg = browser.find_element(By.CSS_SELECTOR, "#map svg")
            seen(lambda: _wide(browser, svg) > 200, "the land below the boxes")
            wide = "return document.documentElement.scrollWidth"
            assert browser.execute_script(wide) <= 360
            return complaints(browser)

    assert await asyncio.to_thread(visit) == []
