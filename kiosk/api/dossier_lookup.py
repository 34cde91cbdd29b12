"""How a dossier stands, as the counter server tells its kiosks: nothing of a person is in it.

`GET /api/dossiers?code=` with the site's key. Refused with `not_found` (nobody knows the code),
`dossier.not_sent` (a kiosk's own number, still on its way), `office.away` (the one-stop system
does not answer now) or `office.not_connected` (this site has none).
"""

from datetime import date, datetime

from kiosk.api.words import Answer, Names
from kiosk.domain.deadline import Standing, Told


class DossierLookup(Answer, frozen=True, kw_only=True):
    """A dossier as the one-stop system told it at `told_at`; `at` is the counter server's now.

    `live` is false when the system does not answer now and this is what it said a while ago.
    `code` is a kiosk's own number where `provisional` (DOS-3). `due` is the system's, or counted
    here where it gives none (`due_told`); of `doubtful_years` the days off are not announced, so
    what was counted over them may change. `note` is the system's, long numbers masked (PRI-1).
    """

    code: str
    provisional: bool = False
    names: Names
    state: int
    agency_name: str = ""
    received: date | None = None
    due: date | None = None
    due_told: Told = Told.SERVER
    doubtful_years: tuple[int, ...] = ()
    ended: date | None = None
    standing: Standing = Standing.OPEN
    working_days: int = 0
    note: str = ""
    told_at: datetime
    at: datetime
    live: bool = True
