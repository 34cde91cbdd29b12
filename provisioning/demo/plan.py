"""The demo's topology as data: which processes run, with which configurations, in which order.

```
province   mosquitto  controller
           |  line a  |  line b
gio-linh-1 mosquitto  devices  counter  kiosk
gio-linh-2 mosquitto  devices (camera)  kiosk, whose counter server is gio-linh-1's
```
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from devices.messages import Kind
from provisioning.demo.child import ChildPlan
from provisioning.demo.screen import ScreenPlan


@dataclass(frozen=True, slots=True)
class Layer:
    """Children started together, after the layers before; `name` says what they are."""

    name: str
    children: tuple[ChildPlan, ...]


@dataclass(frozen=True, slots=True)
class LinePlan:
    """A box's line to the province: a relay from `port` to the province's broker."""

    box: str
    port: int
    to_port: int


@dataclass(frozen=True, slots=True)
class BoxPlan:
    """The world around a box: files that make its twins fail, its cards, its printed paper."""

    box: str
    name: str
    faults: Mapping[Kind, Path]
    paper: Path
    cards: Path | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything to run. `screens` and `boxes` are by box."""

    layers: tuple[Layer, ...]
    lines: tuple[LinePlan, ...]
    files: Mapping[Path, str]
    logs: Path
    screens: Mapping[str, ScreenPlan] = field(default_factory=dict)
    boxes: Mapping[str, BoxPlan] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
