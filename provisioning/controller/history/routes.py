"""API of this room: a box's figures over time."""

from typing import Any

import msgspec
from litestar import get
from litestar.params import FromPath, FromQuery

from provisioning.controller.access import needs
from provisioning.controller.answers import AnyRequest
from provisioning.controller.history.plot import Range, since
from provisioning.controller.history.samples import Sample
from provisioning.controller.pages import Pages
from provisioning.controller.rights import Right
from provisioning.controller.rooms import Rooms


class Samples(msgspec.Struct, frozen=True, kw_only=True):
    """A box's samples, by name and time."""

    samples: tuple[Sample, ...]


def routes(rooms: Rooms, pages: Pages) -> list[Any]:
    """Return the route handlers."""
    del pages

    @get("/api/boxes/{box:str}/history", guards=[needs(Right.SEE)])
    async def history(
        request: AnyRequest, box: FromPath[str], span: FromQuery[Range] = Range.DAY
    ) -> Samples:
        """Return a box's figures over time."""
        rooms.reach.check(request, Right.SEE, box)
        begins = since(span, rooms.clock.now())
        found = await rooms.queries.do(rooms.history.read, box, begins)
        return Samples(samples=tuple(found))

    return [history]
