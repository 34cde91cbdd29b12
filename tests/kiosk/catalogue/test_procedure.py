from datetime import date, time

import msgspec
import pytest

from devices.contract.config import BadConfigError, parse_toml
from kiosk.catalogue.procedure import (
    OnlineLevel,
    PaperKind,
    Procedure,
    System,
    identity,
    of_old_level,
)
from kiosk.domain.deadline import Duration, TimeUnit
from kiosk.domain.fees import Order, Standing
from tests.kiosk.catalogue.folders import procedure

CODES = ("1.001193", "1.001193.000.00.00.H35", "2.000815.000.00.00.H55.02", "1.013229.01")
NO_CODES = ("1.00119", "1.001193.H35", "", "1.001193\\n", "١.001193", "1.0011933", " 1.001193")


def problems(text: str) -> dict[str, str]:
    with pytest.raises(BadConfigError) as refused:
        parse_toml(text, Procedure)
    return {problem.key: problem.text for problem in refused.value.problems}


@pytest.mark.parametrize("code", [*CODES, "1.115835"])
def test_all_forms_of_a_code_are_taken(code: str) -> None:
    assert parse_toml(procedure(code), Procedure).code == code


@pytest.mark.parametrize("code", NO_CODES)
def test_what_is_no_code_is_refused(code: str) -> None:
    assert list(problems(procedure(code))) == ["code"]


def test_the_agency_is_no_part_of_what_a_procedure_is() -> None:
    assert [identity(code) for code in CODES] == ["1.001193", "1.001193", "2.000815.02", CODES[3]]


def test_every_error_is_told_with_its_key() -> None:
    text = procedure(
        "1.00119",
        """
        colour = "red"
        time = { amount = 3 }
        papers = [{ id = "to-khai", names = { vi = "Tờ khai" }, count = 0, kind = "goc" }]
        """,
    ).replace('"toan_trinh"', '"muc-do-4"')
    assert set(problems(text)) == {
        "code",
        "online",
        "colour",
        "time.unit",
        "papers[0].count",
        "papers[0].kind",
    }


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('summary = { en = "A birth" }', "summary: 'vi' is missing"),
        ('summary = { vi = "Sinh", E = "x" }', "summary: 'E' is no language code"),
        ('fees = [{ names = { en = "Fee" }, rule = { kind = "free" } }]', "fees[0].names"),
        ('fees = [{ names = { vi = "P" }, case = "x", rule = { kind = "free" } }]', "'x' is none"),
        ('papers = [{ id = "a", names = { vi = "A" }, case = "muon" }]', "'muon' is none of cases"),
        (
            'papers = [{ id = "a", names = { vi = "A" } }, { id = "a", names = { vi = "B" } }]',
            "twice",
        ),
        ('routes = [{ system = "mot_cua" }, { system = "tu_phap" }]', "share a day"),
        ("valid_from = 2026-01-02\nvalid_to = 2026-01-01", "is before valid_from"),
        ('time = { amount = 0, unit = "ngày", cut_off = 2026-01-01T15:00:00Z }', "time.cut_off"),
    ],
)
def test_what_does_not_fit_together_is_refused(more: str, said: str) -> None:
    told = problems(procedure(more=more))
    assert said in " ".join(f"{key}: {text}" for key, text in told.items())


def test_who_takes_it_and_on_which_law_is_a_matter_of_the_day() -> None:
    row = parse_toml(
        procedure(
            more="""
            routes = [
              { system = "mot_cua", valid_to = 2026-04-24 },
              { system = "tu_phap", valid_from = 2026-04-25, valid_to = 2026-12-31 },
            ]
            basis = [
              { title = "Luật Hộ tịch 2014", valid_to = 2027-02-28 },
              { title = "Luật Hộ tịch 2026", valid_from = 2027-03-01 },
            ]
            """
        ),
        Procedure,
    )
    days = (date(2026, 4, 24), date(2026, 4, 25), date(2027, 3, 1))
    routes = [row.route(day) for day in days]
    assert [route and route.system for route in routes] == [System.ONE_STOP, System.JUSTICE, None]
    titles = [[basis.title[-4:] for basis in row.basis_on(day)] for day in days]
    assert titles == [["2014"], ["2014"], ["2026"]]


def test_a_case_has_its_own_fees_and_papers() -> None:
    row = parse_toml(
        procedure(
            more="""
            time = { amount = 0, unit = "ngày làm việc", cut_off = 15:00:00 }
            cases = [{ id = "dung-han", names = { vi = "Đúng hạn" } },
                     { id = "qua-han", names = { vi = "Quá hạn" } }]
            papers = [{ id = "to-khai", names = { vi = "Tờ khai" }, kind = "ban_dien_tu" },
                      { id = "ly-do", names = { vi = "Giải trình" }, case = "qua-han" }]
            fees = [{ names = { vi = "Lệ phí" }, case = "dung-han", rule = { kind = "free" } },
                    { names = { vi = "Lệ phí" }, case = "qua-han", rule = { kind = "council" } }]
            """
        ),
        Procedure,
    )
    day = date(2026, 11, 23)
    assert [paper.id for paper in row.papers_of("dung-han")] == ["to-khai"]
    assert [paper.id for paper in row.papers_of("qua-han")] == ["to-khai", "ly-do"]
    assert len(row.fees_on(day, "qua-han")) == 1
    assert row.amount(Order(case="dung-han"), day).standing is Standing.FREE
    assert row.amount(Order(case="qua-han"), day).standing is Standing.COUNCIL
    assert row.time
    assert row.time.duration == Duration(amount=0, unit=TimeUnit.WORKING_DAYS)
    assert row.time.cut_off == time(15)
    assert row.papers[0].kind.number == 2
    assert [kind.number for kind in PaperKind] == [0, 1, 2]


def test_papers_that_stand_for_each_other_stand_together_wherever_they_are_written() -> None:
    """Apart they would read as two choices, and a citizen would bring both."""
    row = parse_toml(
        procedure(
            more="""
            papers = [{ id = "a", names = { vi = "A" } },
                      { id = "b", names = { vi = "B" }, one_of = "x" },
                      { id = "c", names = { vi = "C" } },
                      { id = "d", names = { vi = "D" }, one_of = "x" }]
            """
        ),
        Procedure,
    )
    assert [paper.id for paper in row.papers_of()] == ["a", "b", "d", "c"]


def test_the_four_old_levels_are_three_today() -> None:
    assert [of_old_level(level) for level in (1, 2, 3, 4)] == [
        OnlineLevel.INFORMATION,
        OnlineLevel.INFORMATION,
        OnlineLevel.PART,
        OnlineLevel.WHOLE,
    ]


def test_a_name_that_is_not_there_in_a_language_is_said_in_vietnamese() -> None:
    row = parse_toml(procedure(), Procedure)
    assert row.name("km") == row.name("vi") == "Đăng ký khai sinh"
    assert msgspec.json.decode(msgspec.json.encode(row), type=Procedure) == row
