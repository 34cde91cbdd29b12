"""The dashboard's HTTP: pages, API, live stream, metrics. Every answer carries a strict CSP."""

from pathlib import Path

from litestar import Litestar
from litestar.exceptions import MethodNotAllowedException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.static_files import create_static_files_router

from devices.runtime.part import software_version
from devices.web.serve import common_routes, problem
from provisioning.controller import overview_routes
from provisioning.controller.accounts import routes as accounts
from provisioning.controller.alerts import routes as alerts
from provisioning.controller.api import api
from provisioning.controller.boards import routes as boards
from provisioning.controller.boards.panel import panel as boards_panel
from provisioning.controller.history import routes as history
from provisioning.controller.organisation import routes as organisation
from provisioning.controller.origins import known_host
from provisioning.controller.pages import Pages
from provisioning.controller.registry import routes as registry
from provisioning.controller.remote import routes as remote
from provisioning.controller.remote.panel import panel as remote_panel
from provisioning.controller.reports import routes as reports
from provisioning.controller.rooms import Rooms
from provisioning.controller.settings import routes as settings
from provisioning.controller.settings.panel import panel as settings_panel
from provisioning.controller.ways import only_sent

_ROOMS = (accounts, alerts, boards, history, organisation, registry, remote, reports, settings)
_STATIC = Path(__file__).parent / "static"
_SECURE = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with none, a form says `Origin: null`
    "Cache-Control": "no-store",
}


def app(rooms: Rooms, hosts: tuple[str, ...]) -> Litestar:
    """Return the application; it answers only to these host names (against DNS rebinding)."""
    pages = Pages()
    return Litestar(
        route_handlers=[
            *overview_routes.routes(rooms, pages, (boards_panel, settings_panel, remote_panel)),
            *api(rooms),
            *(handler for room in _ROOMS for handler in room.routes(rooms, pages)),
            *common_routes(),
            create_static_files_router(
                path="/dashboard", directories=[_STATIC], include_in_schema=False
            ),
        ],
        guards=[known_host(hosts)],
        middleware=[rooms.accounts.gate],
        logging_config=None,
        exception_handlers={MethodNotAllowedException: only_sent, Exception: problem},
        response_headers=_SECURE,
        openapi_config=OpenAPIConfig(
            title="motcua controller",
            version=software_version(),
            render_plugins=[
                JsonRenderPlugin(path="/openapi.json")
            ],  # the pages of the others come from a CDN
        ),
        request_max_body_size=65_536,
    )
