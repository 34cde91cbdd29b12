"""The clerk of hand-offs and a real counter server: what was not told in time is told later."""

from pathlib import Path

from devices.contract.message import decode
from kiosk.counter.store import Store
from kiosk.messages import HandedOff
from kiosk.ui.config import CounterLinkConfig
from kiosk.ui.flows.procedures.clerk import ProceduresClerk
from kiosk.ui.flows.procedures.pages import TellHandedOff
from kiosk.ui.link import CounterClient
from tests.kiosk.counter.site import running, sample_config


async def told(clerk: ProceduresClerk, host: str, service: str = "ho-tich") -> None:
    job = clerk.begin(TellHandedOff(service=service, host=host), None)
    assert job is not None
    await job


async def test_what_could_not_be_told_in_time_is_told_once_before_the_next(tmp_path: Path) -> None:
    config = sample_config(tmp_path)
    link = CounterLinkConfig(url=f"http://127.0.0.1:{config.http.port}")
    async with CounterClient(link, "kiosk-1") as counter:
        clerk = ProceduresClerk(counter, within_s=2.0)
        for at in range(2):
            await told(clerk, f"away-{at}.example")
        async with running(config):
            for host in ("back.example", "and-on.example"):
                await told(clerk, host)
    with Store(tmp_path / "counter.sqlite") as store:
        hosts = [decode(bytes(one.event), HandedOff).to for one in store.pending_events(0, 10)]
    assert hosts == ["away-0.example", "away-1.example", "back.example", "and-on.example"]


async def test_what_the_counter_refuses_holds_up_no_other(tmp_path: Path) -> None:
    config = sample_config(tmp_path)
    link = CounterLinkConfig(url=f"http://127.0.0.1:{config.http.port}")
    async with CounterClient(link, "kiosk-1") as counter, running(config):
        clerk = ProceduresClerk(counter)
        await told(clerk, "no host at all")
        await told(clerk, "well.example")
    with Store(tmp_path / "counter.sqlite") as store:
        hosts = [decode(bytes(one.event), HandedOff).to for one in store.pending_events(0, 10)]
    assert hosts == ["well.example"]
