"""What browsers are told: only what is within their reach, and not without end."""

from collections.abc import AsyncIterable

import msgspec
import pytest
from litestar.response import ServerSentEvent

from devices.contract.errors import BusyError
from provisioning.controller.news import Changed, News

PATHS = {"a": ("44", "19496"), "b": ("46",), "c": ()}


async def told(stream: ServerSentEvent, events: int) -> list[tuple[str, Changed]]:
    """Return what a browser reads of a stream, at most so many events."""
    found: list[tuple[str, Changed]] = []
    messages = stream.iterator
    assert isinstance(messages, AsyncIterable)
    async for message in messages:
        text = message.decode() if isinstance(message, bytes) else message
        lines = dict(line.split(": ", 1) for line in text.splitlines() if line)
        found.append((lines["event"], msgspec.json.decode(lines["data"], type=Changed)))
        if len(found) == events:
            break
    return found


@pytest.fixture
def news() -> News:
    return News(lambda box: PATHS.get(box, ()))


async def test_each_is_told_what_lies_within_reach(news: News) -> None:
    everywhere, province = news.stream(("",), PATHS), news.stream(("44",), PATHS)
    news.changed({"b"}, {"b"})
    news.changed({"a", "c"}, {"a", "c"})
    assert [one.boxes for _, one in await told(everywhere, 3)] == [
        ("a", "b", "c"),
        ("b",),
        ("a", "c"),
    ]
    assert [one.boxes for _, one in await told(province, 2)] == [("a",), ("a",)]


async def test_a_boxs_own_page_hears_all_it_says(news: News) -> None:
    page = news.stream_of("a")
    news.changed(set(), {"b"})
    news.changed(set(), {"a"})
    assert [one.boxes for _, one in await told(page, 2)] == [("a",), ("a",)]


async def test_other_rooms_tell_their_own_events_as_far_as_boxes_reach(news: News) -> None:
    province = news.stream(("46",), ())
    news.tell("alerts", {"a"})
    news.tell("alerts", {"b"})
    [_, (event, one)] = await told(province, 2)
    assert (event, one.boxes) == ("alerts", ("b",))


async def test_many_boxes_are_not_all_named(news: News) -> None:
    everywhere = news.stream(("",), ())
    news.changed({f"box-{at}" for at in range(1000)}, set())
    [_, (_, many)] = await told(everywhere, 2)
    assert (len(many.boxes), many.more) == (64, True)


async def test_a_browser_that_does_not_read_is_dropped(news: News) -> None:
    slow = news.stream(("",), ())
    for _ in range(200):
        news.changed({"a"}, set())
    assert len(await told(slow, 500)) < 70, "its stream ended"


async def test_no_more_than_so_many_may_watch(news: News) -> None:
    for at in range(256):
        news.stream(("",), ())
        news.stream_of(f"box-{at}")
    with pytest.raises(BusyError):
        news.stream(("",), ())


async def test_a_box_is_forgotten_once_nobody_watches_it(news: News) -> None:
    """Negative control of the bound: streams that ended count no more."""
    for at in range(600):
        news.stream_of(f"box-{at}")
        for _ in range(100):
            news.changed(set(), {f"box-{at}"})  # it does not read, and is dropped
    assert news.watchers == 0
