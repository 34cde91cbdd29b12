"""A picture of the glass holds nothing of a citizen, on the program's own glass."""

import io
import os
import subprocess
import sys

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from devices.scanner.decode import read_symbols
from kiosk.ui.flows.chip.pages import ChipConsent, ChipLay, ChipStopped
from kiosk.ui.flows.feedback.pages import FeedbackDoor, FeedbackNotice
from kiosk.ui.flows.menu.pages import Languages, Menu, Reading
from kiosk.ui.flows.number.pages import Confirm, Errand
from kiosk.ui.flows.prepare.pages import (
    FilingBegins,
    FilingConsent,
    PickProcedure,
    PickService,
)
from kiosk.ui.flows.procedures.pages import (
    CountFee,
    FeeAmount,
    GoOnline,
    ProcedureCases,
    ProcedureFacts,
    ProcedureList,
    Procedures,
    Sectors,
)
from kiosk.ui.flows.visit.pages import Thanks
from kiosk.ui.picture import Exposure, developed
from kiosk.ui.screen import Screen
from kiosk.ui.state import AnyPage, Home, Rest
from kiosk.ui.view import view
from tests.kiosk.ui.darkroom import NOTICES
from tests.kiosk.ui.exposing import PANEL, Taken
from tests.kiosk.ui.site import ROOM, every_page, open_state

PRIVATE = ("card", "number", "typed", "told")


@pytest.fixture(scope="module")
def taken() -> dict[str, Taken]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.kiosk.ui.exposing"],
        env=os.environ | {"SDL_VIDEODRIVER": "offscreen"},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, f"apt install libgl1-mesa-dri libegl1 libgles2\n{done.stderr}"
    all_ = [msgspec.json.decode(line, type=Taken) for line in done.stdout.splitlines()]
    return {one.name: one for one in all_}


def pixels(picture: Image.Image, size: tuple[int, int]) -> np.ndarray:
    return np.asarray(picture.convert("L").resize(size), dtype=np.float64)


def likeness(taken: Taken) -> float:
    """Return how alike the picture and the glass are, 1 for the same (correlation)."""
    shown = Image.frombytes("RGB", (PANEL.width, PANEL.height), taken.shown)
    got = Image.open(io.BytesIO(taken.picture.png))
    one, other = pixels(shown, (320, 200)).ravel(), pixels(got, (320, 200)).ravel()
    return float(np.corrcoef(one, other)[0, 1])


def test_the_home_screen_is_what_the_technician_sees(taken: dict[str, Taken]) -> None:
    """The negative control of the next test: this is how a glass that survives looks."""
    assert not taken["home"].picture.private
    assert likeness(taken["home"]) > 0.97


@pytest.mark.parametrize("name", PRIVATE)
def test_nothing_of_a_citizen_survives(taken: dict[str, Taken], name: str) -> None:
    """The card that comes is the same, byte for byte, whatever stood on the glass."""
    assert taken[name].picture.private
    assert likeness(taken[name]) < 0.5
    nobody = developed(Exposure(width=PANEL.width, height=PANEL.height), 960)
    assert taken[name].picture.png == nobody.png


def test_a_scanner_reads_a_new_box_s_claim_off_its_glass(taken: dict[str, Taken]) -> None:
    shown = Image.frombytes("RGB", (PANEL.width, PANEL.height), taken["claim"].shown)
    assert read_symbols(np.asarray(shown)) == [NOTICES["claim"].claim]


def test_the_glass_shows_the_same_after_a_picture(taken: dict[str, Taken]) -> None:
    assert all(one.shown == one.shown_after for one in taken.values())


def test_a_picture_of_noise_still_fits_into_a_message() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (800, 1280, 4), dtype=np.uint8)
    taken = developed(Exposure(width=1280, height=800, rgba=noise.tobytes()), 960)
    assert len(taken.png) < 190_000


OPEN = {
    *(Home, Rest, Thanks, Menu, Languages, Reading),
    *(Sectors, Procedures, ProcedureCases, ProcedureFacts, ProcedureList, GoOnline),
    *(CountFee, FeeAmount, FeedbackDoor, FeedbackNotice),
    *(FilingBegins, FilingConsent, PickProcedure, PickService),
    *(ChipConsent, ChipLay, ChipStopped),
}
"""Pages on which nobody has said anything of himself yet."""


def shown(page: AnyPage) -> Screen:
    return view(replace(open_state(), page=page), ROOM)


def test_every_page_is_private_unless_it_is_known_to_show_nothing() -> None:
    """A page that is added later is private until somebody says otherwise."""
    open_ = {type(page) for page in every_page() if not shown(page).private}
    assert open_ <= OPEN
    plain = Errand(service="ho-tich")
    assert not shown(Confirm(errand=plain)).private
    disabled = replace(plain, priority_class="nguoi_khuyet_tat")
    assert shown(Confirm(errand=disabled)).private
