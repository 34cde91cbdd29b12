"""Several units that are one device: it is there while one of them is."""

import asyncio
from collections.abc import Mapping, Sequence

from devices.contract.errors import DeviceError
from devices.contract.message import Health
from devices.device import DeviceState
from devices.rs485.duty import Outcome


async def carried_out(orders: "Sequence[Sequence[asyncio.Future[Outcome]]]") -> None:
    """Wait for the orders of each unit; raises DeviceError when no unit did all of its own."""
    wrong = []
    for unit in orders:
        outcomes = [await order for order in unit]
        wrong += [one for one in outcomes if isinstance(one, DeviceError)][:1]
    if wrong and len(wrong) == len(orders):
        raise wrong[0].with_traceback(None)


def state_of(faults: Mapping[int, DeviceError | None]) -> DeviceState:
    """Return how units are, by their numbers; raises DeviceError when none is well."""
    wrong = [fault for fault in faults.values() if fault]
    if wrong and len(wrong) == len(faults):
        raise wrong[0].with_traceback(None)
    facts: dict[str, str | float | bool] = {
        f"unit_{unit}": fault is None for unit, fault in faults.items()
    }
    if not wrong:
        return DeviceState(facts=facts)
    text = " ".join(fault.sentence for fault in wrong)
    return DeviceState(health=Health.WARNING, code=wrong[0].code, text=text, facts=facts)
