"""Streams of live events, as a browser that has asked for one reads them."""

from collections.abc import AsyncIterator

from devices.web.sse import Hub


async def test_the_last_word_reaches_also_a_browser_that_has_not_read_yet() -> None:
    hub = Hub()
    messages = hub.stream(("screen", "0")).iterator
    assert isinstance(messages, AsyncIterator)
    hub.tell("screen", "1")
    hub.close(("screen", "the end"))
    said = b"".join([part async for part in messages if isinstance(part, bytes)]).decode()
    assert [line for line in said.splitlines() if "data" in line] == ["data: 0", "data: the end"]
    assert hub.watchers == 0


async def test_a_browser_that_reads_nothing_is_dropped_and_holds_up_nobody() -> None:
    hub = Hub()
    hub.stream()
    for number in range(1_000):
        hub.tell("screen", str(number))
    assert hub.watchers == 0
