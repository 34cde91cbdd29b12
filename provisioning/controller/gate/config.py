"""The boxes' own door: where it listens, and by which names boxes call it."""

from typing import Annotated

import msgspec

from devices.contract.config import Config
from devices.runtime.settings import Port

_HostName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9.:_-]{1,253}\Z")]


class GateConfig(Config, frozen=True, kw_only=True):
    """HTTPS for boxes, with a certificate of the province's own authority; without a port, none.

    `names` are the host names and addresses by which boxes call the gate and the broker; the first
    one is written on sticks. `authority` is the CA's name, used when it is made, once. Who waits
    for a technician asks again after `again_s` to twice that.
    """

    host: str = "127.0.0.1"
    port: Port = 0
    names: tuple[_HostName, ...] = ()
    authority: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] = "Motcua"
    again_s: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 30
