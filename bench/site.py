"""The demo's first box without its kiosk, and its screen: what a kiosk needs around it."""

import contextlib
import getpass
import os
import random
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

from devices.runtime.settings import BusConfig
from devices.web.pin import hash_pin
from kiosk.ui.config import AgentLinkConfig, CounterLinkConfig, KioskConfig
from provisioning.broker import LOOPBACK
from provisioning.demo import sample
from provisioning.demo.ports import any_ports
from provisioning.demo.run import standing
from provisioning.demo.sample import BOX_A, BOX_B
from provisioning.demo.screen import ScreenPlan, free_displays
from provisioning.demo.topology import Broker, Settings, province_plan

_AROUND = {f"{BOX_A}.{part}" for part in ("broker", "screen", "counter", "devices")}


@dataclass(frozen=True, slots=True)
class Site:
    """What runs: a virtual screen, and a counter server for `kiosk_config` to show."""

    screen: ScreenPlan
    kiosk_config: KioskConfig
    counter_url: str


@contextlib.asynccontextmanager
async def standing_site(root: Path) -> AsyncIterator[Site]:
    """Run a broker, a counter server, a device process and an X server."""
    for name in ("Xvfb", "mosquitto"):
        assert shutil.which(name, path=f"{os.defpath}:/usr/sbin"), f"apt-get install {name.lower()}"
    ports = any_ports((BOX_A, BOX_B))
    settings = Settings(
        root=root,
        ports=ports,
        displays={BOX_A: random.choice(free_displays())},
        broker=Broker.MOSQUITTO,
        python=sys.executable,
        env=dict(os.environ),
        user=getpass.getuser(),
        pin_hash=hash_pin(sample.PIN),
    )
    plan = province_plan(settings)
    layers = (
        replace(layer, children=tuple(one for one in layer.children if one.name in _AROUND))
        for layer in plan.layers
    )
    alone = replace(plan, layers=tuple(layer for layer in layers if layer.children), lines=())
    url = f"http://{LOOPBACK}:{ports.counter}"
    async with standing(alone) as province:
        yield Site(
            screen=province.screens[BOX_A].plan,
            kiosk_config=KioskConfig(
                box=BOX_A,
                site=sample.SITE,
                state_dir=str(root / "kiosk"),
                bus=BusConfig(host=LOOPBACK, port=ports.brokers[BOX_A]),
                counter=CounterLinkConfig(url=url),
                agent=AgentLinkConfig(url=""),
            ),
            counter_url=url,
        )
