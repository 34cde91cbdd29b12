"""Every page of the dashboard on a phone: as wide as the glass, and nothing too small to touch."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import MediaType

from provisioning.controller.texts import LANGUAGES
from tests.counterparts.chromium import chromium
from tests.provisioning.controller.routes import Route, filled
from tests.provisioning.controller.whole import BOX, MASTER, UNIT, Whole, furnish, whole_controller

pytestmark = pytest.mark.real
WIDTH, THUMB = 360, 44  # CSS pixels; WCAG 2.2 1.4.10 (320 and up), 2.5.5
_ASKED = (f"/units?unit={UNIT}", f"/settings/profile?level=box&target={BOX}", "/alerts?past=1")
_MEASURED = """
const small = [];
for (const each of document.querySelectorAll("button, .button, select, summary, input")) {
  const box = each.getBoundingClientRect();
  const drawn = box.width && !["checkbox", "radio", "hidden"].includes(each.type);
  if (drawn && !each.matches(".link") && box.height < arguments[0] - 0.5)
    small.push((each.textContent || each.name).trim() + " " + Math.round(box.height));
}
return [document.documentElement.scrollWidth, small];
"""
_OPENED = "for (const each of document.querySelectorAll('main details')) each.open = true"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole_controller(tmp_path_factory.mktemp("phone")) as one:
        yield one


def pages(whole: Whole, things: dict[str, str]) -> list[str]:
    """Return the address of every page that is read."""
    found = {
        filled(Route("GET", route.path_format), things)
        for route in whole.dashboard.routes
        for handler in getattr(route, "route_handlers", ())
        if "GET" in handler.http_methods and handler.media_type is MediaType.HTML
    }
    return [*sorted(found), *_ASKED]


def test_every_page_fits_a_phone_and_a_thumb(whole: Whole, tmp_path: Path) -> None:
    with whole.asked_by(MASTER) as http:
        things, cookies = furnish(whole, http), dict(http.cookies)
    asked = pages(whole, things)
    assert len(asked) > 18, "the pages were not found"
    with chromium(tmp_path / "profile", width=WIDTH, height=740) as browser:
        browser.get(f"{whole.url}/sign-in")
        for name, value in cookies.items():
            browser.add_cookie({"name": name, "value": value})
        wrong = []
        for path in asked:
            for language in LANGUAGES:
                mark = "&" if "?" in path else "?"
                browser.get(f"{whole.url}{path}{mark}lang={language}")
                browser.execute_script(_OPENED)
                wide, small = browser.execute_script(_MEASURED, THUMB)
                if wide > WIDTH or small:
                    wrong.append((path, language, wide, small))
        assert wrong == []
        _, small = browser.execute_script(_MEASURED, 10 * THUMB)
        assert small, "nothing was measured"
