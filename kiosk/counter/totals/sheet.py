"""A day's figures as CSV (RFC 4180) that a spreadsheet opens with Vietnamese letters.

Seconds, counts and ids: nothing of a person, and no single number of the queue.
"""

import csv
import io

from kiosk.counter.totals.figures import DayTotals, Figures

_HEAD = (
    *("ngay", "loai", "ma", "ten", "da_lay_so", "da_goi", "da_xong", "vang_mat", "giu_lai"),
    *("chuyen_di", "het_han", "cho_trung_binh_giay", "cho_90_phan_tram_giay"),
    *("phuc_vu_trung_binh_giay", "phuc_vu_90_phan_tram_giay"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def sheet(told: DayTotals, rating_scale: int) -> bytes:
    """Return the figures; UTF-8 with a byte order mark. Each scale has its own columns."""
    lines = [("diem", "", told.site_names["vi"], told.whole)] if told.whole else []
    lines += [("quay", one.id, one.names["vi"], one.figures) for one in told.counters]
    lines += [("linh_vuc", one.id, one.names["vi"], one.figures) for one in told.services]
    scales = {given.scale for *_, figures in lines for given in figures.ratings} | {rating_scale}
    columns = [(scale, value) for scale in sorted(scales) for value in range(1, scale + 1)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*_HEAD, *(f"danh_gia_{value}_tren_{scale}" for scale, value in columns)])
    for kind, one, name, figures in lines:
        cells = [told.day.isoformat(), kind, one, name, *_cells(figures, columns)]
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _cells(figures: Figures, columns: list[tuple[int, int]]) -> list[str]:
    given = {(one.scale, one.value): one.count for one in figures.ratings}
    counts = (
        *(figures.called, figures.served, figures.missed, figures.held),
        *(figures.moved_on, figures.expired),
    )
    times = (figures.wait, figures.service)
    return [
        "" if figures.taken is None else str(figures.taken),
        *map(str, counts),
        *(
            f"{seconds:.1f}" if spread.count else ""
            for spread in times
            for seconds in (spread.mean_s, spread.p90_s)
        ),
        *(str(given.get(column, 0)) for column in columns),
    ]
