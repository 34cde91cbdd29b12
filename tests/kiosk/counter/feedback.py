"""What the tests of feedback at a site hand in, and how they look at what became of it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec

from devices.contract.clock import Clock
from kiosk.backoffice.outbox import Outbox
from kiosk.backoffice.sealing import seal_of
from kiosk.catalogue.tables import read_calendar
from kiosk.counter.feedback.box import FeedbackBox
from kiosk.counter.feedback.config import FeedbackConfig
from kiosk.counter.main import DATABASE
from kiosk.counter.store import Store
from tests.kiosk.counter.site import sample_config
from tests.kiosk.register.feedback_told import KEY, picture

TEXT = "Đèn đường trước chợ hỏng ba tuần nay, tối rất nguy hiểm."
NAME, PHONE = "Nguyễn Thị Mẫu", "0912345678"
PLACE = "Chợ Cầu, xã Gio Linh"
PHOTO = msgspec.json.decode(msgspec.json.encode(picture(2000, 1000)))
"""A photo as JSON carries it."""


def feedback_config() -> FeedbackConfig:
    """Return the sample site's configuration of feedback."""
    config = sample_config(Path()).feedback
    assert config is not None
    return config


def wish(request: str = "r1", **changes: Any) -> dict[str, Any]:
    """Return what a kiosk sends."""
    return {
        "request": request,
        "kiosk": "kiosk-1",
        "category": "den-duong",
        "text": TEXT,
        "place": PLACE,
        "name": NAME,
        "phone": PHONE,
        **changes,
    }


def box_of(
    folder: Path, store: Store, outbox: Outbox, clock: Clock, *, connected: bool
) -> FeedbackBox:
    """Return the box of the sample site."""
    return FeedbackBox(
        feedback_config(),
        store,
        outbox,
        seal_of(folder / "key"),
        clock,
        calendar=read_calendar(),
        connected=connected,
        site_name="Gio Linh",
    )


async def hand_in(client: httpx.AsyncClient, request: str = "r1", **changes: Any) -> dict[str, Any]:
    """Hand feedback in; return what its citizen takes home."""
    answer = await client.post("/api/feedback", json=wish(request, **changes))
    assert answer.status_code == 201, answer.text
    taken: dict[str, Any] = answer.json()
    return taken


async def look(client: httpx.AsyncClient, code: str) -> dict[str, Any]:
    """Return how the feedback of a code stands."""
    answer = await client.post("/api/feedback/look", json={"code": code})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def until(told: Callable[[], Awaitable[bool]], what: str, within_s: float = 30.0) -> None:
    """Wait until it is so."""
    try:
        async with asyncio.timeout(within_s):
            while not await told():
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(what) from None


async def there(api: httpx.AsyncClient) -> list[dict[str, Any]]:
    """Return what the province's system has of this site."""
    answer = await api.get("/open311/v2/requests.json", params={"api_key": KEY})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


def events(state_dir: Path) -> list[dict[str, Any]]:
    """Return the journal's events of feedback."""
    with Store(state_dir / DATABASE) as store:
        told = [msgspec.json.decode(one.event) for one in store.journal.pending(0, 10_000)]
    return [one for one in told if one["type"].startswith("feedback.")]


def on_disk(state_dir: Path) -> bytes:
    """Return every byte of the files of a state folder."""
    return b"".join(path.read_bytes() for path in sorted(state_dir.rglob("*")) if path.is_file())
