"""The pages in front of the real conference server, with the engine's twin."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.counterparts.chromium import CALLS, chromium, complaints, until
from tests.vc.server.hall import CHAIR_PIN, OPERATOR_PIN, hall_config, running
from tests.vc.server.pages.driving import Person
from vc.acts import Role

pytestmark = pytest.mark.real


class Server:
    """Where the real server is; what `Person` needs to know of it."""

    def __init__(self, url: str) -> None:
        self.url = url


@contextlib.contextmanager
def served(state_dir: Path) -> Iterator[Server]:
    """Run the server in a thread of its own, for a browser driven by blocking calls."""
    config = hall_config(state_dir)
    started, done = threading.Event(), threading.Event()

    async def life() -> None:
        async with running(config):
            started.set()
            await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=asyncio.run, args=(life(),))
    thread.start()
    try:
        assert started.wait(30), "the conference server did not start"
        yield Server(config.public_url)
    finally:
        done.set()
        thread.join()


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
