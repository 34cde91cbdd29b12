"""The page that lists the album: by flow, by page, every picture by its name."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from tests.kiosk.screens.album import FLOWS, NOTE, STANDING, Shot, guide, shots, standing
from tests.kiosk.screens.pages import OFFICER, PAGES

NAME = "README.md"
_HEAD = """# Every screen

Made by `make screens` from the program's own glass; do not edit. Each picture is one situation in
Vietnamese, English, a third language and high contrast. The third language is the sample pack of
Khmer: what it does not say is said in Vietnamese. The pack of Bru-Vân Kiều has no words on purpose
([languages](../languages.md)), so its screens look like the Vietnamese ones. Names, numbers and
procedures are sample data. How large things are is measured by `tests/kiosk/ui/test_glass.py`.
"""


def text() -> str:
    """Return the whole page."""
    every = tuple(shots())
    parts = [_HEAD, *(_flow(flow, every) for flow in FLOWS), _standing(every), _officer()]
    return "\n".join(parts)


def files() -> Iterator[str]:
    """Yield where every picture of the album lies, below its folder."""
    yield from files_of(tuple(shots()))


def files_of(every: tuple[Shot, ...]) -> Iterator[str]:
    """Yield where the pictures of these situations lie, and those of the officers."""
    yield from (shot.file for shot in (*every, *standing(every), *guide(every)))
    yield from (f"{OFFICER}/{name}.png" for name in PAGES)


def _flow(flow: str, every: Iterable[Shot]) -> str:
    mine = [shot for shot in every if shot.flow == flow]
    pages = [shot for shot in mine if not shot.name.startswith(NOTE)]
    notes = [shot for shot in mine if shot.name.startswith(NOTE)]
    lines = [f"## {flow}", "", FLOWS[flow], ""]
    for told, alike in groupby(sorted(pages, key=lambda shot: shot.told), lambda shot: shot.told):
        first, *others = alike
        page, said = told.split(": ", 1)
        lines += [f"**{page}** {said}", "", f"![{first.name}]({first.file})", ""]
        lines += [f"Also: {_links(others)}", ""] if others else []
    lines += [f"Said in passing: {_links(notes)}", ""] if notes else []
    return "\n".join(lines)


def _links(some: Iterable[Shot]) -> str:
    return ", ".join(f"[{shot.name.removeprefix(NOTE)}]({shot.file})" for shot in some)


def _standing(every: Iterable[Shot]) -> str:
    lines = [f"## {STANDING}", "", "The main ones on a standing panel; the last in large letters"]
    lines += ["within the reach of who sits.", ""]
    lines += [f"![{shot.name}]({shot.file})" for shot in standing(every)]
    return "\n".join([*lines, ""])


def _officer() -> str:
    lines = [f"## {OFFICER}", "", "The pages of officers, of who leads them, and what hangs in the"]
    lines += ["waiting room, in Chromium.", ""]
    for name, told in PAGES.items():
        lines += [told, "", f"![{name}]({OFFICER}/{name}.png)", ""]
    return "\n".join(lines)
