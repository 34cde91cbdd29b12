"""Which file an order brings, and what it is called. Pure."""

from datetime import datetime
from typing import Any

from devices.contract.clock import LOCAL
from provisioning.commands import PICTURE_MOST_BYTES, FetchLogs, Order, TakeScreenshot
from provisioning.controller.remote.uploads import Expected


def expected_of(order: Order[Any], box: str, now: datetime) -> Expected | None:
    """Return the file that the order brings; None when it brings none."""
    at = f"{now.astimezone(LOCAL):%Y%m%d-%H%M%S}"
    match order:
        case FetchLogs(most_bytes=most):
            name, kind = f"{box}-logs-{at}.jsonl.gz", "application/gzip"
        case TakeScreenshot():
            name, kind, most = f"{box}-screen-{at}.png", "image/png", PICTURE_MOST_BYTES
        case _:
            return None
    return Expected(
        name=order.order, box=box, file_name=name, media_type=kind, most_bytes=most, made_at=now
    )
