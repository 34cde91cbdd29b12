"""The registry's room: what its pages and the gate stand on."""

from dataclasses import dataclass

from devices.contract.clock import Clock
from devices.runtime.worker import Worker
from provisioning.controller.registry.enforcement import Enforcement
from provisioning.controller.registry.enrolment import Enrolment
from provisioning.controller.registry.registry import Registry
from provisioning.pki.authority import Authority


@dataclass(frozen=True, slots=True)
class Doors:
    """Where boxes find the province, as sticks and pages say it."""

    gate: str = ""
    broker_host: str = ""
    broker_port: int = 8883


@dataclass(frozen=True, slots=True)
class Registrar:
    """The parts of the room; orders and enrolments are done on `worker`, one after another."""

    registry: Registry
    enrolment: Enrolment
    authority: Authority
    enforcement: Enforcement
    worker: Worker
    clock: Clock
    doors: Doors
