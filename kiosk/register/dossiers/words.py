"""Units, states and due dates in the words of a language. Pure."""

from collections.abc import Mapping
from typing import Any, Protocol

from kiosk.domain.deadline import Account, Standing
from kiosk.domain.dossier_state import state_of
from kiosk.register.config import RegisterConfig
from kiosk.register.dossiers.rows import DossierRow
from kiosk.register.dossiers.views import unit_name

_KEYS = {
    Standing.OPEN: "open_due",
    Standing.PAUSED: "paused",
    Standing.DUE_TODAY: "due_today",
    Standing.DONE_IN_TIME: "done_in_time",
    Standing.DONE_LATE: "done_late",
    Standing.IN_TIME: "in_time",
    Standing.OVERDUE: "overdue",
}
_LOOKS = {
    Standing.OVERDUE: "fault",
    Standing.DONE_LATE: "fault",
    Standing.DUE_TODAY: "warning",
    Standing.PAUSED: "sleeping",
    Standing.OPEN: "sleeping",
}


class Standings:
    """The words of a language, and the look that goes with them."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words

    def words(self, account: Account) -> str:
        """Return `quá hạn 3 ngày làm việc`. Overdue since a day off, no number is told."""
        key = _KEYS[account.standing]
        if account.standing is Standing.OVERDUE and not account.working_days:
            key = "overdue_off"
        return self._words[key].format(n=account.working_days)

    def term(self, row: DossierRow) -> str:
        """Return the time allowed, as `3 ngày làm việc` or `trong ngày`; nothing without one."""
        if row.term_unit is None:
            return ""
        return f"{row.term_amount} {row.term_unit}" if row.term_amount else self._words["same_day"]

    def look(self, account: Account) -> str:
        """Return the class of a pill."""
        return _LOOKS.get(account.standing, "ready")


class Spoken(Protocol):
    """Whoever has the words of a language."""

    def words(self, language: str) -> Mapping[str, str]:
        """Return every word in the language."""
        ...


def names(config: RegisterConfig, language: str, spoken: Spoken) -> dict[str, Any]:
    """Return what templates say things with: `unit_words`, `state_words`, `standing`."""

    def unit_words(unit: str) -> str:
        return unit_name(config, unit, language)

    def state_words(code: int) -> str:
        return state_of(code).names[language]

    return {
        "unit_words": unit_words,
        "state_words": state_words,
        "standing": Standings(spoken.words(language)),
    }
