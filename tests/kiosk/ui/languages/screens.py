"""Screens in a third language, and pages as they are shown while they are read aloud."""

from collections.abc import Iterator

from msgspec.structs import replace

from kiosk.ui.flows.menu.pages import Languages, Menu, OpenMenu, Reading
from kiosk.ui.languages.files import SAMPLES, read_packs
from kiosk.ui.state import Access, Home, State
from tests.kiosk.ui.site import every_page, open_state

SHELF = read_packs(sorted(SAMPLES.iterdir()))
LARGE = Access(large=True)


def third_language() -> Iterator[tuple[str, State]]:
    """Yield what stands in Khmer on the glass: the sample pack's words among Vietnamese ones."""
    morning = replace(open_state(), packs=SHELF.packs, language="km")
    pages = {type(page).__name__: page for page in every_page()}
    for name in ("Confirm", "Thanks"):
        yield f"{name.lower()}-km", replace(morning, page=pages[name])
    for page in (Home(), Languages(), Menu(), Reading()):
        yield f"{type(page).__name__.lower()}-km", replace(morning, page=page)
    yield "languages-km-large", replace(morning, page=Languages(), access=LARGE)
    yield "home-bru", replace(morning, language="bru")


def read_aloud() -> Iterator[tuple[str, State]]:
    """Yield what is shown to who listens: more ways, a marked key, a question before the rest."""
    morning = open_state()
    confirm = every_page()[2]
    for name, access in {"": Access(), "-large": LARGE, "-low": Access(low=True)}.items():
        aloud = replace(access, spoken=True)
        yield f"reading-spoken{name}", replace(morning, page=Reading(), access=aloud)
    spoken = Access(spoken=True)
    yield "home-pointed", replace(morning, access=spoken, pointed=OpenMenu())
    for language in ("vi", "en"):
        asked = replace(morning, page=confirm, access=spoken, language=language)
        yield f"warned-consent-{language}", asked
    yield "warned-consent-large", replace(morning, page=confirm, access=replace(LARGE, spoken=True))
