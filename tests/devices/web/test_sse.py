"""Streams of live events, as a browser that has asked for one reads them."""

from devices.web.sse import Hub


async def test_the_last_word_reaches_also_a_browser_that_has_not_read_yet() -> None:
    hub = Hub()
    stream = hub.stream(("screen", "0"))
    hub.tell("screen", "1")
    hub.close(("screen", "the end"))
    said = b"".join([message async for message in stream.iterator]).decode()
    assert [line for line in said.splitlines() if "data" in line] == ["data: 0", "data: the end"]
    assert hub.watchers == 0


async def test_a_browser_that_reads_nothing_is_dropped_and_holds_up_nobody() -> None:
    hub = Hub()
    hub.stream()
    for number in range(1_000):
        hub.tell("screen", str(number))
    assert hub.watchers == 0
