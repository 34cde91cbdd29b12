"""Days and times: the declared form, and nothing else (INT-1)."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from devices.contract.clock import LOCAL
from devices.contract.config import BadConfigError, parse_toml
from kiosk.backoffice.dates import read, read_end, write
from kiosk.backoffice.errors import BadAnswerError
from kiosk.backoffice.one_stop import TimeForms

FORMS = ("dd/mm/yyyy", "yyyymmdd", "yyyy-mm-dd HH:MM:SS", "dd/mm/yyyy HH:MM", "yyyy-mm-ddTHH:MM:SS")


@pytest.mark.parametrize(
    ("text", "form", "moment"),
    [
        ("08/06/2026", "dd/mm/yyyy", datetime(2026, 6, 8, tzinfo=LOCAL)),
        ("20260608", "yyyymmdd", datetime(2026, 6, 8, tzinfo=LOCAL)),
        ("2026-06-08 14:07:53", FORMS[2], datetime(2026, 6, 8, 14, 7, 53, tzinfo=LOCAL)),
    ],
)
def test_a_time_is_read_in_its_form(text: str, form: str, moment: datetime) -> None:
    assert read(text, form) == moment
    assert write(moment, form) == text


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("8/6/2026", "dd/mm/yyyy"),
        ("2026-06-08", "dd/mm/yyyy"),
        ("06/13/2026", "dd/mm/yyyy"),
        ("31/02/2026", "dd/mm/yyyy"),
        (" 08/06/2026", "dd/mm/yyyy"),
        ("08/06/2026 00:00", "dd/mm/yyyy"),
        ("٠٨/٠٦/٢٠٢٦", "dd/mm/yyyy"),
        ("2026060", "yyyymmdd"),
        ("", "yyyymmdd"),
    ],
)
def test_any_other_form_is_refused(text: str, form: str) -> None:
    with pytest.raises(BadAnswerError):
        read(text, form)


def test_what_is_due_on_a_day_is_due_at_its_end() -> None:
    assert read_end("08/06/2026", "dd/mm/yyyy") == datetime(2026, 6, 8, 23, 59, 59, tzinfo=LOCAL)
    assert read_end("2026-06-08 17:00:00", FORMS[2]).hour == 17


@given(some.integers(0, 30_000_000_000), some.sampled_from(FORMS))
def test_what_is_written_reads_the_same(unix_s: int, form: str) -> None:
    text = write(datetime.fromtimestamp(unix_s, LOCAL), form)
    assert write(read(text, form), form) == text


@pytest.mark.parametrize("form", ["dd/mm", "%d/%m/%Y", "yyyy", "dd.mm.yyyy''"])
def test_a_form_that_is_none_is_told_with_its_key(form: str) -> None:
    with pytest.raises(BadConfigError, match="due_at"):
        parse_toml(f'due_at = "{form}"', TimeForms)
