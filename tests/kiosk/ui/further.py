"""Second pages of what does not fit on one, and a site whose names are as long as real ones."""

from collections.abc import Iterator

from msgspec.structs import replace

from kiosk.api.queue import Service
from kiosk.ui.flows.menu.pages import Languages, Menu
from kiosk.ui.flows.number.pages import Confirm, Errand, Issued, Paper
from kiosk.ui.flows.prepare.pages import PickProcedure, PickService
from kiosk.ui.flows.procedures.pages import Sectors
from kiosk.ui.state import Home, State
from tests.kiosk.ui.languages.screens import SHELF
from tests.kiosk.ui.site import SERVICES, SITE, ticket

LONG = (
    "Nông nghiệp, môi trường",
    "Lao động, bảo hiểm xã hội",
    "Giáo dục, văn hóa, thông tin",
)
LONG_SITE = "Trung tâm Phục vụ hành chính công xã Hướng Phùng"


def further(morning: State) -> Iterator[tuple[str, State]]:
    """Yield them."""
    world = morning.world
    yield "menu-more", replace(morning, page=Menu(first=6))
    yield "sectors-more", replace(morning, page=Sectors(first=5))
    called = replace(morning, helpline=True)
    yield "pickservice-more", replace(called, page=PickService(first=6))
    yield "pickprocedure-more", replace(called, page=PickProcedure(service="ho-tich", first=3))
    yield "languages-packs", replace(morning, packs=SHELF.packs, page=Languages())
    many = replace(world, site=replace(SITE, services=SERVICES + SERVICES[:3]))
    yield "home-many-more", replace(morning, world=many, page=Home(first=5))
    names = {**SITE.names, "vi": LONG_SITE}
    site = replace(SITE, names=names, services=tuple(_named()) + SERVICES[3:])
    long = replace(morning, world=replace(world, site=site))
    yield "home-long", long
    yield "confirm-long", replace(long, page=Confirm(errand=Errand(service=SERVICES[1].id)))
    taken = replace(ticket("UA1012"), service_names={"vi": LONG[1]})
    yield "issued-long", replace(long, page=Issued(ticket=taken, paper=Paper.PRINTED, until=1012.0))


def _named() -> Iterator[Service]:
    for service, name in zip(SERVICES, LONG, strict=False):
        yield replace(service, names={**service.names, "vi": name})
