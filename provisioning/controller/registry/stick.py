"""A stick's request is answered. Blocking."""

from provisioning.claims import tidy_serial
from provisioning.controller.registry.registrar import Registrar
from provisioning.pki.certificates import pem_of
from provisioning.pki.requests import judged
from provisioning.stick import StickAnswer, StickRequest

_ADDRESS = "usb"


def answered(registrar: Registrar, asked: StickRequest) -> StickAnswer:
    """Return the answer to a box that has no line: what it would get from the gate.

    Raises NotAcceptedYetError for a box that nobody expects (it is in the queue now),
    EnrolmentError, BadRequestError, BadClaimError.
    """
    request = judged(asked.csr.encode())
    certificate = registrar.enrolment.enrol(asked.serial, asked.claim, request, _ADDRESS)
    record = registrar.registry.by_serial(tidy_serial(asked.serial))
    doors = registrar.doors
    return StickAnswer(
        serial=asked.serial,
        ca=registrar.authority.pem.decode(),
        certificate=pem_of(certificate).decode(),
        box=record.box if record else "",
        gate=doors.gate,
        broker_host=doors.broker_host,
        broker_port=doors.broker_port,
        site=record.site if record else "",
    )
