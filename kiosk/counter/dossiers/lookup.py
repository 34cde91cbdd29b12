"""Asking the one-stop system for a kiosk: in time, and without hiding how old an answer is."""

import asyncio
from collections import OrderedDict
from datetime import datetime, timedelta

import msgspec

from kiosk.api import errors
from kiosk.api.dossier_lookup import DossierLookup
from kiosk.backoffice.errors import BackOfficeDownError, BackOfficeError, BadAnswerError
from kiosk.backoffice.one_stop import Dossier, OneStop, Step
from kiosk.counter.dossiers.codes import LocalCodes
from kiosk.counter.dossiers.telling import is_counted_here, told
from kiosk.counter.live import LiveSite
from kiosk.counter.office.office import ONE_STOP, BackOffice
from kiosk.domain.dossier import DossierCode, asked_text, read_code

PATIENCE_S = 9.0
"""How long a citizen waits for the system at most."""
_HISTORY_S = 1.5
"""And for its history, where the due date is counted here."""
_FRESH = timedelta(seconds=15)
_KEPT = timedelta(minutes=10)
_MOST = 256


class _Known(msgspec.Struct, frozen=True):
    dossier: Dossier
    at: datetime
    steps: tuple[Step, ...] | None


class Lookup:
    """Answers of the last minutes stay in memory: while the system is away they are told as old.

    Nothing of a person is in them.
    """

    def __init__(self, site: LiveSite, office: BackOffice, codes: LocalCodes) -> None:
        self._site = site
        self._office = office
        self._codes = codes
        self._known: OrderedDict[str, _Known] = OrderedDict()

    async def dossier(self, text: str) -> DossierLookup:
        """Return how the dossier of a scanned or typed code stands.

        Raises NotFoundError, NotSentYetError, NotConnectedError, SystemAwayError,
        RefusedThereError, StorageError.
        """
        one_stop = self._office.systems.one_stop
        if one_stop is None:
            raise errors.NotConnectedError
        rules = self._office.codes
        asked, read = asked_text(text, rules), read_code(text, rules)
        if not asked:
            raise errors.NotFoundError("There is no code.")
        now = self._site.clock.now()
        known = self._remembered(asked, now)
        if known and now - known.at <= _FRESH:
            return self._told(known, live=True)
        try:
            dossier = await self._asked(one_stop, asked, read)
        except errors.NotFoundError:
            self._known.pop(asked, None)
            if read and read.is_local and await self._site.do(self._codes.waits, asked):
                raise errors.NotSentYetError from None
            raise
        except errors.SystemAwayError:
            if known is None:
                raise
            return self._told(known, live=False)
        steps = await _history(one_stop, dossier) if is_counted_here(dossier) else ()
        known = _Known(dossier, self._site.clock.now(), steps)
        self._remember(asked, known)
        return self._told(known, live=True)

    async def _asked(self, one_stop: OneStop, asked: str, read: DossierCode | None) -> Dossier:
        local = read is not None and read.is_local
        official = await self._site.do(self._codes.official, asked) if local else asked
        with self._office.asking(ONE_STOP):
            try:
                async with asyncio.timeout(PATIENCE_S):
                    dossier = await one_stop.dossier(official or asked)
            except TimeoutError as error:
                raise BackOfficeDownError("No answer in a citizen's time.") from error
            if read and not local and dossier.code.casefold() != asked.casefold():
                raise BadAnswerError("The answer is about another dossier.")
        if local and not official and dossier.code != asked:
            await self._site.do(self._codes.learn, asked, dossier.code)
        return dossier

    def _told(self, known: _Known, *, live: bool) -> DossierLookup:
        return told(
            known.dossier,
            known.at,
            steps=known.steps,
            now=self._site.clock.now(),
            calendar=self._office.calendar,
            catalogue=self._office.catalogue,
            live=live,
        )

    def _remembered(self, asked: str, now: datetime) -> _Known | None:
        known = self._known.get(asked)
        return known if known and timedelta() <= now - known.at <= _KEPT else None

    def _remember(self, asked: str, known: _Known) -> None:
        self._known[asked] = known
        self._known.move_to_end(asked)
        while len(self._known) > _MOST:
            self._known.popitem(last=False)


async def _history(one_stop: OneStop, dossier: Dossier) -> tuple[Step, ...] | None:
    """Return the steps it has taken, or None where the system does not say in time."""
    try:
        async with asyncio.timeout(_HISTORY_S):
            return await one_stop.progress(dossier.code)
    except (TimeoutError, BackOfficeError):
        return None
