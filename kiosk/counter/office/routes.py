"""The officers' list of what waits for the province's systems."""

from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody, PathParameter

from kiosk.api import errors
from kiosk.backoffice.systems import DOSSIER, FEEDBACK
from kiosk.counter.bodies import Nothing
from kiosk.counter.guards import signed_in
from kiosk.counter.office.bodies import WaitingItem
from kiosk.counter.office.office import BackOffice

_WITH_A_TAB = (DOSSIER, FEEDBACK)
ItemId = Annotated[str, PathParameter(pattern=r"^[0-9a-f]{32}(?!\n)$")]
Office = NamedDependency[BackOffice]


async def _items(back_office: BackOffice) -> tuple[WaitingItem, ...]:
    return tuple(
        WaitingItem(**msgspec.structs.asdict(row), droppable=row.kind not in _WITH_A_TAB)
        for row in await back_office.outstanding()
    )


@get("/outbox")
async def waiting(counter: NamedDependency[str], back_office: Office) -> tuple[WaitingItem, ...]:
    """Return what was given up, then what waits, each oldest first."""
    del counter
    return await _items(back_office)


@post("/outbox/{item:str}/again", status_code=200)
async def send_again(
    item: ItemId, data: JSONBody[Nothing], counter: NamedDependency[str], back_office: Office
) -> tuple[WaitingItem, ...]:
    """Try anew what was given up."""
    del data, counter
    await back_office.send_again(item)
    return await _items(back_office)


@post("/outbox/{item:str}/drop", status_code=200)
async def drop(
    item: ItemId, data: JSONBody[Nothing], counter: NamedDependency[str], back_office: Office
) -> tuple[WaitingItem, ...]:
    """Destroy what was given up."""
    del data, counter
    if await back_office.kind(item) in _WITH_A_TAB:
        raise errors.NotOursError("It is dropped where it was made.")
    await back_office.drop(item)
    return await _items(back_office)


def outbox_routes() -> Router:
    """Return the routes; all need an officer's session."""
    return Router(
        path="/api/officer",
        route_handlers=[waiting, send_again, drop],
        dependencies={"counter": Provide(signed_in)},
    )
