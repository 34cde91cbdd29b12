"""The month of a unit, put together from what was gathered. Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime

from devices.contract.clock import LOCAL
from provisioning.controller.reports.config import ReportsConfig
from provisioning.controller.reports.facts import (
    BoxMonth,
    UnitMonth,
    added,
    counted,
    ratings_of,
    rows_by,
)
from provisioning.controller.reports.gather import Gathered
from provisioning.controller.reports.month import Month, availability, clipped, open_spans


def unit_month(
    unit: str,
    month: Month,
    gathered: Gathered,
    *,
    boxes: Mapping[str, str],
    unit_of: Callable[[str], str],
    name: Callable[[str], str],
    config: ReportsConfig,
    now: datetime,
) -> UnitMonth:
    """Return the month of a unit, of these boxes (name -> what people call it)."""
    known = gathered.of(boxes)
    open_then = open_spans(month, config.hours, now)

    def box_month(box: str) -> BoxMonth | None:
        """Return a box's month; None of one that came later, or was retired before."""
        own, down = open_then, known.down.get(box, [])
        if span := known.in_service.get(box):
            own, down = clipped(open_then, span), clipped(down, span)
            if not clipped([(month.begin, month.after.begin)], span):
                return None
        return BoxMonth(
            box=box,
            name=boxes[box],
            unit=name(unit_of(box)),
            availability=availability(own, down),
            outages=len(down),
        )

    return UnitMonth(
        unit=unit,
        name=name(unit),
        month=month,
        is_over=now.astimezone(LOCAL).date() >= month.after.first,
        promised_wait_min=config.promised_wait_min,
        whole=added("", known.served),
        units=rows_by(known.served, {box: name(unit_of(box)) for box in boxes}, by="box"),
        services=rows_by(known.served, config.services, by="service"),
        ratings=ratings_of(known.rated),
        feedback=counted(known.counted),
        boxes=tuple(one for box in sorted(boxes) if (one := box_month(box)) is not None),
    )
