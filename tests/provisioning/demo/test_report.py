"""A step that does not show what was expected is a miss with what was seen; the story goes on."""

from collections.abc import Awaitable, Callable

import pytest
from rich.console import Console

from provisioning.demo.check.report import MissedError, Report, until


def seeing(*looks: str) -> Callable[[], Awaitable[str]]:
    """Return a look that sees these, one after the other, and then the last for ever."""
    left = list(looks)

    async def look() -> str:
        return left.pop(0) if len(left) > 1 else left[0]

    return look


async def test_what_comes_late_is_seen() -> None:
    assert await until(seeing("", "", "A012"), "a number", every_s=0) == "A012"


async def test_what_never_comes_is_a_miss_that_names_it() -> None:
    with pytest.raises(MissedError, match="never: a number"):
        await until(seeing(""), "a number", within_s=0.05, every_s=0.01)


async def test_a_miss_is_counted_and_the_story_goes_on() -> None:
    report = Report(Console(quiet=True))

    async def misses() -> str:
        raise MissedError("the glass is dark")

    await report.step("citizen", "sees the services", misses)
    await report.step("officer", "calls", seeing("A012"))
    assert [(step.seen, step.ok) for step in report.steps] == [
        ("the glass is dark", False),
        ("A012", True),
    ]
    assert report.missed == 1
    assert report.table().row_count == 2


@pytest.mark.parametrize(
    ("stumble", "seen"),
    [
        (KeyError("gio-linh-1"), "KeyError: 'gio-linh-1'"),
        (ValueError("max() of nothing"), "ValueError: max() of nothing"),
        (TimeoutError(), "TimeoutError: "),
    ],
)
async def test_a_step_without_what_a_missed_one_should_have_left_is_a_miss_too(
    stumble: Exception, seen: str
) -> None:
    report = Report(Console(quiet=True))

    async def stumbles() -> str:
        raise stumble

    await report.step("citizen", "the paper's QR is the ticket's address", stumbles)
    assert [(step.seen, step.ok) for step in report.steps] == [(seen, False)]


async def test_a_bug_of_the_story_is_no_miss() -> None:
    async def is_wrong() -> str:
        raise TypeError

    with pytest.raises(TypeError):
        await Report(Console(quiet=True)).step("citizen", "sees the services", is_wrong)
