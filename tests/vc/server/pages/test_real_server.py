"""The pages in front of the real conference server, with the engine's twin."""

from pathlib import Path

import pytest

from tests.counterparts.chromium import CALLS, chromium, complaints, until
from tests.vc.server.hall import CHAIR_PIN, OPERATOR_PIN
from tests.vc.server.pages.driving import Person
from tests.vc.server.pages.serving import served
from vc.acts import Role

pytestmark = pytest.mark.real


def test_an_operator_opens_a_conference_and_a_guest_waits_at_its_door(tmp_path: Path) -> None:
    with served(tmp_path / "state") as server, chromium(tmp_path / "p", flags=CALLS) as page:
        person = Person(page, server)
        person.signs_in(Role.OPERATOR, OPERATOR_PIN)
        person.clicks("[data-do=open]")
        person.sees("sites")
        until(lambda: len(person.all(".site")) == 10, "ten sites")
        person.clicks("#course")
        person.reads("Đang họp", "#phase")
        person.clicks("#roll-call")
        person.clicks("[data-delegate=cam-lo-1]")
        person.reads("1/20", "#present")
        person.clicks("#tab-door")
        person.sees("link-name").send_keys("Nguyễn Văn Khách")
        person.clicks("#make-link")
        url, pin = person.sees("link-url").text, person.the("link-pin").text
        assert [one for one in complaints(page) if "whep" not in one] == []
        page.get(url)
        person.sees("name").send_keys("Nguyễn Văn Khách")
        person.the("pin").send_keys(pin)
        person.the("enter").click()
        person.reads("Đang chờ duyệt", "#waiting")
        person.signs_in(Role.CHAIR, CHAIR_PIN)
        person.clicks("[data-do=console]")
        person.clicks("#tab-door")
        person.reads("Nguyễn Văn Khách", "#waiting")
        person.clicks("[data-do=let-in]")
        person.reads("Nguyễn Văn Khách", "#sites")
