"""Questions of a citizen who goes back and asks again."""

import asyncio
from collections.abc import Callable

import pytest

from kiosk.ui.clerk import BackRoom, Job, Newest


class Asked:
    """Questions that are answered when the test says so."""

    def __init__(self, *, newest: bool) -> None:
        self.told: list[str] = []
        self.begun: list[str] = []
        self._answers: dict[str, asyncio.Future[str]] = {}
        self._newest = Newest() if newest else None

    def ask(self, name: str) -> Job:
        """Return the work of a question."""
        self._answers[name] = asyncio.get_running_loop().create_future()
        asks: Callable[[], Job] = lambda: self._asking(name)  # noqa: E731 - it is typed so
        return self._newest.job(asks) if self._newest else asks()

    def answer(self, name: str) -> None:
        """Let it be answered, if anybody still waits."""
        if not self._answers[name].done():
            self._answers[name].set_result(name)

    async def _asking(self, name: str) -> None:
        self.begun.append(name)
        self.told.append(await self._answers[name])


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.mark.parametrize(("newest", "told"), [(True, ["second"]), (False, ["first", "second"])])
async def test_what_became_of_a_question_that_was_given_up_is_not_told(
    *, newest: bool, told: list[str]
) -> None:
    asked, room = Asked(newest=newest), BackRoom([])
    life = asyncio.create_task(room.run())
    for name in ("first", "second"):
        room.take(asked.ask(name))
        await settled()
    for name in ("first", "second"):
        asked.answer(name)
        await settled()
    assert asked.told == told
    assert not life.done(), "the back room goes on"
    life.cancel()


async def test_one_that_is_given_up_before_it_began_is_never_asked() -> None:
    asked, room = Asked(newest=True), BackRoom([])
    room.take(asked.ask("first"))
    room.take(asked.ask("second"))
    life = asyncio.create_task(room.run())
    await settled()
    assert asked.begun == ["second"]
    asked.answer("second")
    await settled()
    room.take(asked.ask("third"))
    await settled()
    asked.answer("third")
    await settled()
    assert asked.told == ["second", "third"]
    life.cancel()
