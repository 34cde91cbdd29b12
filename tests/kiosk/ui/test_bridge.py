"""Between two threads: the newest screen wins, touches are bounded and never wait."""

import asyncio
import threading

from msgspec.structs import replace

from kiosk.ui.bridge import TOUCHES, NewestScreen, Touches
from kiosk.ui.events import Stay, Touched
from kiosk.ui.view import view
from tests.kiosk.ui.site import ROOM, open_state
from tests.waiting import until

VIETNAMESE = view(open_state(), ROOM)
ENGLISH = view(replace(open_state(), language="en"), ROOM)


def test_the_newest_screen_replaces_one_that_was_not_drawn() -> None:
    woken: list[int] = []
    slot = NewestScreen(lambda: woken.append(1))
    assert slot.waited_s() == 0
    slot.put(VIETNAMESE)
    slot.put(ENGLISH)
    assert slot.waited_s() > 0
    assert slot.take() == ENGLISH
    assert slot.take() is None
    assert slot.waited_s() == 0
    assert len(woken) == 1
    slot.put(ENGLISH)
    assert len(woken) == 2


async def test_touches_from_another_thread_arrive_in_order_up_to_a_bound() -> None:
    heard: list[Touched] = []
    touches = Touches()
    touches.put(Stay())  # nobody is there yet: dropped
    touches.begin(heard.append)

    def finger() -> None:
        for _ in range(10 * TOUCHES):
            touches.put(Stay())

    thread = threading.Thread(target=finger)
    thread.start()
    thread.join()  # the loop did not run meanwhile
    await until(lambda: bool(heard), "touches")
    await asyncio.sleep(0)
    assert heard == [Touched(action=Stay())] * TOUCHES
    touches.put(None)
    await until(lambda: len(heard) == TOUCHES + 1, "the next touch")
    touches.end()
    touches.put(None)
    await asyncio.sleep(0)
    assert len(heard) == TOUCHES + 1
