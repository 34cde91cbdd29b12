"""What of thousands of boxes is shown: those that need somebody, what is searched, page by page."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from devices.contract.clock import SimulatedClock
from devices.runtime.worker import Worker
from provisioning.controller.board import PAGE_BOXES, Asked, Board
from provisioning.controller.branches import NEEDY, Need
from provisioning.controller.database import Database
from provisioning.controller.ingest import Outcome
from provisioning.controller.keeping import Kept
from provisioning.controller.overview import EVERYTHING, Overview
from provisioning.controller.store import Store
from tests.provisioning.controller.province import Country
from tests.provisioning.controller.saying import T0


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


async def overview_of(country: Country, database: Database) -> AsyncIterator[Overview]:
    clock = SimulatedClock(T0)
    store = Store(database)
    async with Worker("queries") as queries:
        overview = Overview(store, queries, clock, timedelta(seconds=210), country)
        overview.tell(Outcome(tuple(country.parts(T0)), Kept({}), 0))
        await overview.load()
        yield overview


COUNTRY = Country(400)


@pytest.fixture
async def overview(database: Database) -> AsyncIterator[Overview]:
    async for one in overview_of(COUNTRY, database):
        yield one


@pytest.fixture
def board(overview: Overview) -> Board:
    return Board(overview, COUNTRY)


async def test_few_boxes_are_all_shown_whole(database: Database) -> None:
    country = Country(12)
    async for overview in overview_of(country, database):
        view = Board(overview, country).view(EVERYTHING, Asked())
        assert len(view.cards) == 12
        assert view.cards[0].need is Need.LOST, "the one that needs somebody most is first"
        assert (view.rows, view.needy, view.map is not None) == ((), (), True)


async def test_of_many_boxes_those_that_need_somebody_come_first(board: Board) -> None:
    view = board.view(EVERYTHING, Asked())
    needs = [row.need for row in view.needy]
    assert set(needs) == set(NEEDY)
    assert needs == sorted(needs, key=list(Need).index)
    assert len(view.needy) + view.needy_more == sum(view.summary.needs[need] for need in NEEDY)
    assert len(view.rows) == PAGE_BOXES
    assert view.cards == ()


async def test_pages_lead_through_all_boxes_and_back(board: Board) -> None:
    seen: list[str] = []
    asked = Asked()
    while True:
        view = board.view(EVERYTHING, asked)
        seen += [row.box.state.box for row in view.rows]
        if not view.later:
            break
        asked = Asked(after=view.later)
    assert seen == sorted(COUNTRY.boxes)
    back: list[str] = []
    while True:
        view = board.view(EVERYTHING, asked)
        back = [row.box.state.box for row in view.rows] + back
        if not view.earlier:
            break
        asked = Asked(before=view.earlier)
    assert back == seen


@pytest.mark.parametrize("words", ["hoan kiem", "HOÀN KIẾM", "kiosk-00003 hà nội", " kiếm  hoàn"])
async def test_a_site_is_found_as_people_type(board: Board, words: str) -> None:
    view = board.view(EVERYTHING, Asked(words=words))
    assert [row.unit for row in view.rows] == ["phường Hoàn Kiếm"]


async def test_a_state_and_a_unit_narrow_the_list(board: Board) -> None:
    view = board.view(EVERYTHING, Asked(need=Need.FAULT, unit="01"))
    assert view.rows
    assert {(row.need, row.box.path[0]) for row in view.rows} == {(Need.FAULT, "01")}
    assert [unit.code for unit in view.way] == ["01"]
    assert view.summary.boxes == sum(unit.boxes for unit in view.units)


async def test_a_person_of_one_unit_sees_and_counts_no_other(board: Board) -> None:
    for asked in (Asked(), Asked(words="kiosk"), Asked(unit="01"), Asked(need=Need.READY)):
        view = board.view(("01",), asked)
        shown = [*view.cards, *view.needy, *view.rows]
        assert shown
        assert {row.box.path[0] for row in shown} == {"01"}
        assert {unit.code for unit in view.way} <= {"01"}
    whole = board.view(EVERYTHING, Asked()).summary.boxes
    assert 0 < board.view(("01",), Asked()).summary.boxes < whole
    elsewhere = board.view(("01",), Asked(unit="04"))
    assert (elsewhere.summary.boxes, elsewhere.rows, elsewhere.map) == (0, (), None)
