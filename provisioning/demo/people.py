"""Who may look at the demo's dashboard, and where its boxes stand."""

import contextlib

from devices.contract.clock import SystemClock
from provisioning.controller.accounts.audit import Audit
from provisioning.controller.accounts.command import add, opened
from provisioning.controller.accounts.people import COMMAND_LINE
from provisioning.controller.accounts.records import LoginTakenError
from provisioning.controller.config import ControllerConfig, store_url
from provisioning.controller.database import Database
from provisioning.controller.registry.records import Expected, Place
from provisioning.controller.registry.registry import Registry
from provisioning.controller.rights import Grant, Role
from provisioning.demo import sample
from provisioning.demo.conference.sample import SITES, UNITS, room_box


def seed(config: ControllerConfig) -> None:
    """Put an administrator who audits himself into the store, as `motcua person add` does."""
    grants = (Grant(role=Role.ADMINISTRATOR), Grant(role=Role.AUDITOR))
    with opened(config) as people, contextlib.suppress(LoginTakenError):
        add(
            people,
            config.accounts.password,
            sample.LOGIN,
            sample.PASSWORD,
            name=sample.ADMINISTRATOR,
            grants=grants,
        )
    _place(config)


def _place(config: ControllerConfig) -> None:
    """Have the sample boxes expected where they stand, as a list of the province would."""
    database = Database(store_url(config))
    try:
        clock = SystemClock()
        registry = Registry(database, clock, Audit(database, clock), province=config.box)
        expected = [
            Expected(serial=f"{sample.SERIALS}{at:02}", box=box, place=place)
            for at, (box, place) in enumerate(_places().items(), 1)
            if registry.known(box) is None
        ]
        if expected:
            registry.preauthorise(expected, COMMAND_LINE)
    finally:
        database.close()


def _places() -> dict[str, Place]:
    kiosks = {
        box: Place(role="kiosk", unit=sample.UNIT, site="gio-linh", name=name)
        for box, name in sample.BOX_NAMES.items()
    }
    rooms = {
        room_box(site): Place(role="room", unit=unit, site=site, name=f"Phòng họp, {SITES[site]}")
        for site, unit in UNITS.items()
    }
    return kiosks | rooms
