"""The sample catalogue is domain CAT-4, row by row."""

from datetime import date, time

import pytest

from kiosk.catalogue.files import SAMPLE, read_folders
from kiosk.catalogue.procedure import System
from kiosk.domain.deadline import TimeUnit
from kiosk.domain.fees import Channel, Order, Standing
from kiosk.ui.pictograms import ALIASES, NAMES

DAY = date(2026, 11, 23)
WHOLE = read_folders([SAMPLE])
TODAY = {row.code: row for row in WHOLE.on(DAY).procedures}
ONLINE = Channel.ONLINE
ROWS: dict[str, tuple[int | None, time | None, int | Standing]] = {
    "1.001193": (0, time(15), 0),
    "1.000656": (0, None, 0),
    "1.000894": (0, None, 0),
    "1.004873": (3, None, Standing.COUNCIL),
    "1.004884": (5, None, Standing.COUNCIL),
    "1.004859": (3, None, Standing.COUNCIL),
    "2.000635": (0, time(15), 8_000),
    "2.000815": (0, None, 2_000),
    "2.000884": (0, None, 10_000),
    "2.000908": (0, time(15), 0),
    "2.001035": (2, None, 50_000),
    "2.001263": (None, None, 400_000),
    "1.004222": (7, None, 20_000),
    "1.004194": (3, None, 15_000),
    "1.010038": (5, None, 10_000),
    "1.001612": (3, None, Standing.COUNCIL),
    "1.011607": (None, None, 0),
    "1.001776": (None, None, 0),
    "1.012787": (None, None, Standing.COUNCIL),
    "1.013831": (None, None, Standing.COUNCIL),
    "1.013992": (None, None, Standing.COUNCIL),
}


def vnd(code: str, order: Order) -> int | None:
    return TODAY[code].amount(order, DAY).vnd


def test_every_row_is_there_and_says_that_it_is_sample_data() -> None:
    assert set(TODAY) == set(ROWS)
    assert all(row.sample and row.data_date <= DAY for row in WHOLE.procedures)
    for path in SAMPLE.glob("*.toml"):
        assert path.read_text(encoding="utf-8").startswith("# Dữ liệu mẫu"), path.name


@pytest.mark.parametrize("code", ROWS)
def test_a_row_has_its_time_and_its_fee(code: str) -> None:
    days, cut_off, fee = ROWS[code]
    row = TODAY[code]
    if days is None:
        assert row.time is None
        assert row.time_note["vi"]
    else:
        assert row.time
        assert (row.time.amount, row.time.unit) == (days, TimeUnit.WORKING_DAYS)
        assert row.time.cut_off == cut_off
    told = row.amount(Order(case="dung-han" if row.cases else ""), DAY)
    assert (told.standing if isinstance(fee, Standing) else told.vnd) == fee


@pytest.mark.parametrize("code", ROWS)
def test_a_row_can_be_read_in_english_and_searched_and_drawn(code: str) -> None:
    row = TODAY[code]
    texts = [row.names, row.agency, *row.steps, *(paper.names for paper in row.papers)]
    texts += [paper.when for paper in row.papers if paper.when]
    texts += [text for text in (row.summary, row.note, row.time_note) if text]
    assert all(set(text) >= {"vi", "en"} for text in texts)
    assert row.keywords["vi"]
    assert row.keywords["en"]
    assert row.icon in NAMES | set(ALIASES)
    assert row.route(DAY)


def test_the_fees_of_the_law_are_those_of_the_vectors() -> None:
    assert vnd("2.000815", Order(pages=5, copies=3)) == 21_000
    assert vnd("2.000815", Order(pages=199)) == 200_000
    assert vnd("1.004194", Order(channel=ONLINE, by_list=True, persons=4)) == 20_000
    assert [vnd(code, Order(channel=ONLINE)) for code in ("1.004222", "1.010038")] == [
        10_000,
        5_000,
    ]
    late = TODAY["1.001193"].amount(Order(case="qua-han"), DAY)
    assert late.standing is Standing.COUNCIL


def test_land_is_for_information_and_a_queue_number_only() -> None:
    land = [row for row in TODAY.values() if row.sector == "dat-dai"]
    assert len(land) == 3
    routes = [row.route(DAY) for row in land]
    assert all(route and route.system is System.QUEUE for route in routes)
    assert all(row.service == "dat-dai" and not row.papers for row in land)


def test_a_dossier_of_the_new_law_stands_on_it() -> None:
    birth = TODAY["1.001193"]
    by_day = [birth.basis_on(day) for day in (date(2027, 2, 28), date(2027, 3, 1))]
    assert [[basis.title for basis in acts] for acts in by_day] == [
        ["Luật Hộ tịch số 60/2014/QH13"],
        ["Luật Hộ tịch số 03/2026/QH16"],
    ]


def test_every_sector_has_a_pictogram_and_a_name_in_english() -> None:
    assert all(sector.icon in NAMES and sector.names["en"] for sector in WHOLE.sectors)
