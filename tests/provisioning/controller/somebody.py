"""People for tests of routes, and an application in which one of them has signed in already."""

from typing import Any

from litestar import Litestar
from litestar.types import ASGIApp, Receive, Scope, Send

from devices.web.serve import problem
from provisioning.controller.rights import Grant, Person, Role

TECHNICIAN = Person(
    id=2, login="ky-thuat", name="Tổ kỹ thuật", grants=(Grant(role=Role.TECHNICIAN),)
)
VIEWER = Person(id=3, login="xem", name="Người xem", grants=(Grant(role=Role.VIEWER),))
ADMINISTRATOR = Person(
    id=1, login="quan-tri", name="Quản trị", grants=(Grant(role=Role.ADMINISTRATOR),)
)
AUDITOR = Person(id=4, login="kiem-tra", name="Kiểm tra", grants=(Grant(role=Role.AUDITOR),))


def app_as(person: Person | None, handlers: list[Any]) -> Litestar:
    """Return an application of these handlers, asked by this person, or by nobody."""

    def signed_in(app: ASGIApp) -> ASGIApp:
        async def call(scope: Scope, receive: Receive, send: Send) -> None:
            scope["user"] = person
            await app(scope, receive, send)

        return call

    return Litestar(
        handlers,
        middleware=[signed_in],
        exception_handlers={Exception: problem},
        logging_config=None,
    )
