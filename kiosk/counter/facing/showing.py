"""What a counter's second screen shows, made of the site's view. Pure."""

import segno

from kiosk.counter.choices import names_of
from kiosk.counter.config import DeskConfig
from kiosk.counter.facing.sheets import (
    AskedHere,
    CalledHere,
    FacingSheet,
    FacingState,
    SheetHere,
)
from kiosk.counter.rows import Row
from kiosk.counter.views import View

_ASKED_BESIDE_S = 15
"""A number that is called meanwhile leaves who goes this long to rate."""


def facing_state(
    view: View, desk: DeskConfig, shown: tuple[FacingSheet, float] | None, words: str
) -> FacingState:
    """Return what the screen shows."""
    config, row, info = view.config, view.serves(desk.id), view.counter(desk)
    return FacingState(
        now=view.snapshot.now,
        site_names=config.names,
        counter=desk.id,
        counter_names=desk.names,
        desk=desk.number,
        staffed=info.staffed,
        paused=info.paused,
        pause_names=info.pause_names,
        back_at=info.back_at,
        called=_called(view, row) if row else None,
        words=names_of(config.choices.words, words) if info.staffed else {},
        sheet=_sheet(*shown) if shown else None,
        rate=_rate(view, desk, row),
        rating_scale=config.rating_scale,
        notice=config.notice,
        sample_data=config.sample_data,
    )


def _called(view: View, row: Row) -> CalledHere:
    serials = [call.serial for call in view.snapshot.calls if call.ticket == row.id]
    return CalledHere(
        number=row.number,
        service_names=view.service_names(row.service),
        language=row.language,
        serial=max(serials, default=0),
    )


def _sheet(sheet: FacingSheet, left_s: float) -> SheetHere:
    picture = ""
    if sheet.qr:
        picture = segno.make(sheet.qr, error="m", micro=False).svg_data_uri(scale=8, border=4)
    return SheetHere(
        title=sheet.title,
        pairs=sheet.pairs,
        note=sheet.note,
        picture=picture,
        left_s=max(0, int(left_s)),
    )


def _rate(view: View, desk: DeskConfig, serves: Row | None) -> AskedHere | None:
    ended = [row for row in view.snapshot.ended if row.counter == desk.id]
    if not ended or ended[-1].rating is not None or ended[-1].ended_at is None:
        return None
    last = ended[-1]
    since_s = (view.snapshot.now - ended[-1].ended_at).total_seconds()
    if serves and since_s > _ASKED_BESIDE_S:
        return None
    return AskedHere(ticket=last.id, number=last.number, next_called=serves is not None)
