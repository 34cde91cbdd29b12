"""Dossier codes: given once, running by the local day (domain §2.1, DOS-2, DOS-3). Blocking."""

import hashlib

import msgspec

from devices.contract.clock import Clock, local_day
from kiosk.api.dossiers import NextNumber
from kiosk.domain.dossier import LAST_LOCAL_SERIAL, local_code
from kiosk.register.config import CodeForm, RegisterConfig
from kiosk.register.dossiers.errors import DaySpentError, OtherAgencyError
from kiosk.register.dossiers.rows import NumberRow
from kiosk.register.errors import RequestReusedError
from kiosk.register.store import Store

_DIGITS = {CodeForm.YEAR_2020: ("%y%m%d", 4), CodeForm.YEAR_2026: ("%Y%m%d", 7)}


class Numbers:
    """The commune's running numbers."""

    def __init__(self, config: RegisterConfig, store: Store, clock: Clock) -> None:
        self._config = config
        self._store = store
        self._clock = clock

    def give(self, client: str, request: str, wish: NextNumber) -> str:
        """Return the next code, or the same one again for the same request.

        Raises OtherAgencyError, RequestReusedError, DaySpentError.
        """
        with self._store.transaction():
            return self.give_within(client, request, wish)

    def give_within(self, client: str, request: str, wish: NextNumber) -> str:
        """Do the same inside the caller's transaction."""
        own = self._config.agency.code
        if own and wish.agency != own:
            raise OtherAgencyError
        asked = hash_of(wish)
        where = "WHERE client = ? AND request = ?"
        known = self._store.row(NumberRow, "numbers", where, client, request)
        if known is None:
            return self._next(client, request, asked)
        if known.asked != asked:
            raise RequestReusedError
        return known.code

    def _next(self, client: str, request: str, asked: str) -> str:
        now = self._clock.now()
        day = local_day(now)
        sql = "SELECT COALESCE(MAX(serial), 0) + 1 FROM numbers WHERE day = ?"
        serial = int(self._store.value(sql, day))
        agency = self._config.agency
        if agency.code:
            date_form, digits = _DIGITS[agency.form]
            code = f"{agency.code}-{day:{date_form}}-{serial:0{digits}d}"
        elif serial > LAST_LOCAL_SERIAL:
            raise DaySpentError
        else:
            code = local_code(self._config.box, day, serial).text
        row = NumberRow(
            code=code,
            day=day,
            serial=serial,
            client=client,
            request=request,
            asked=asked,
            given_at=now,
        )
        self._store.add("numbers", row)
        return code


def hash_of(asked: msgspec.Struct) -> str:
    """Return what two requests share only when they ask for the same."""
    return hashlib.sha256(msgspec.json.encode(asked)).hexdigest()
