"""The agent's table `settings`."""

from typing import Annotated

import msgspec

from devices.contract.config import Config


class SettingsConfig(Config, frozen=True, kw_only=True):
    """How settings of the province are put into force.

    A part has `check_within_s` to judge a document and, started anew, `ready_within_s` to be ready;
    then it must stay so for `steady_s`, or its old document comes back. A part that dies just after
    its birth is only missed when whoever tends it has started it again: `steady_s` is longer.

    Drivers for demos and tests are refused unless the box itself has `allow_simulated`. `state_dir`
    is for parts whose present settings file names none; empty is the agent's own.
    """

    check_within_s: Annotated[float, msgspec.Meta(ge=1, le=600)] = 60.0
    ready_within_s: Annotated[float, msgspec.Meta(ge=1, le=600)] = 90.0
    steady_s: Annotated[float, msgspec.Meta(ge=0, le=120)] = 10.0
    allow_simulated: bool = False
    state_dir: str = ""
