"""Days and times as a system writes them: one declared form a field, anything else refused (INT-1).

A form is written as people of the province write it: `dd/mm/yyyy`, `yyyymmdd`,
`yyyy-mm-dd HH:MM:SS`. Times are Viet Nam's.
"""

from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from devices.contract.clock import LOCAL
from kiosk.backoffice.errors import BadAnswerError

TimeForm = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(?=.*yyyy)(?=.*mm)(?=.*dd)(?:yyyy|mm|dd|HH|MM|SS|[-/.: T])+\Z", max_length=32
    ),
]
_WORDS = {"yyyy": "%Y", "mm": "%m", "dd": "%d", "HH": "%H", "MM": "%M", "SS": "%S"}
_DAY = timedelta(days=1)


def read(text: str, form: TimeForm) -> datetime:
    """Return the moment, a day's start when the form has no time; raises BadAnswerError."""
    pattern = _pattern(form)
    try:
        moment = datetime.strptime(text, pattern).replace(tzinfo=LOCAL)
    except ValueError:
        moment = None
    if moment is None or moment.strftime(pattern) != text:  # strptime takes 8/6/2026 too
        raise BadAnswerError(f"A time of the answer is not of the form {form}.")
    return moment


def read_end(text: str, form: TimeForm) -> datetime:
    """Return the same, but a day's last second when the form has no time: for what is due."""
    moment = read(text, form)
    return moment if "HH" in form else moment + _DAY - timedelta(seconds=1)


def write(moment: datetime, form: TimeForm) -> str:
    """Return the moment as the system writes it."""
    return moment.astimezone(LOCAL).strftime(_pattern(form))


def _pattern(form: str) -> str:
    for word, directive in _WORDS.items():
        form = form.replace(word, directive)
    return form
