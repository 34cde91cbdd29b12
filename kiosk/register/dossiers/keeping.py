"""How long dossiers stay, and their deletion: rows overwritten, files gone. Blocking."""

from datetime import timedelta

import msgspec

from devices.contract.clock import Clock
from kiosk.register.config import DossiersConfig
from kiosk.register.dossiers.papers import Papers
from kiosk.register.store import Store

_BATCH = 200


class Forgotten(msgspec.Struct, frozen=True, kw_only=True):
    """What went."""

    dossiers: int = 0
    papers: int = 0


class Keeping:
    """Deletes what has stayed its time. A clock that is behind deletes nothing too early."""

    def __init__(self, config: DossiersConfig, store: Store, papers: Papers, clock: Clock) -> None:
        self._config = config
        self._store = store
        self._papers = papers
        self._clock = clock

    def forget(self) -> Forgotten:
        """Delete drafts nobody accepted, files nobody took, and what ended long ago."""
        now = self._clock.now()
        drafts = now - timedelta(days=self._config.draft_days)
        ended = now - timedelta(days=self._config.keep_days)
        loose = now - timedelta(days=self._config.loose_paper_days)
        codes = [
            str(row[0])
            for row in self._store.all(
                "SELECT code FROM dossiers WHERE (state = 1 AND moved_at < ?)"
                " OR (state IN (3, 7, 10) AND moved_at < ?) LIMIT ?",
                *(drafts, ended, _BATCH),
            )
        ]
        gone = sum(self.delete(code) for code in codes)
        sql = "SELECT id FROM papers WHERE dossier = '' AND stored_at < ? LIMIT ?"
        papers = [str(row[0]) for row in self._store.all(sql, loose, _BATCH)]
        with self._store.transaction():
            for paper in papers:
                self._store.run("DELETE FROM papers WHERE id = ?", paper)
        self._papers.forget(papers)
        return Forgotten(dossiers=len(codes), papers=len(papers) + gone)

    def delete(self, code: str) -> int:
        """Delete a dossier, its history and its papers; return how many files went.

        Its number stays given: no other dossier ever gets it.
        """
        papers = [row.id for row in self._papers.of(code)]
        with self._store.transaction():
            for table, column in (("papers", "dossier"), ("steps", "code"), ("dossiers", "code")):
                self._store.run(f"DELETE FROM {table} WHERE {column} = ?", code)  # noqa: S608 - our own words
        self._papers.forget(papers)
        return len(papers)
