"""Why a box, or a technician's order about boxes, is turned down."""

import msgspec

from devices.contract.errors import MotcuaError, NotFoundError


class EnrolmentError(MotcuaError):
    """The box does not get a certificate."""

    code = "enrol.failed"


class NoClaimError(EnrolmentError):
    """Serial number and claim are missing: send them by HTTP Basic."""

    code = "enrol.claim_missing"


class WrongClaimError(EnrolmentError):
    """The claim is not the one of this box."""

    code = "enrol.claim_wrong"


class UsedClaimError(EnrolmentError):
    """The claim was used already. A technician has to make a new one."""

    code = "enrol.claim_used"


class ExpiredClaimError(EnrolmentError):
    """The claim has expired. A technician has to make a new one."""

    code = "enrol.claim_expired"


class WrongNameError(EnrolmentError):
    """The request asks for a name that is not the claim's."""

    code = "enrol.name"


class RefusedEnrolmentError(EnrolmentError):
    """A technician refused this box."""

    code = "enrol.refused"


class NotAcceptedYetError(EnrolmentError):
    """A technician has to accept the box: compare the words on its screen."""

    code = "enrol.waiting"
    retry = True

    def __init__(self, words: str) -> None:
        self.words = words
        super().__init__(f"A technician has to accept this box; its words are: {words}")


class QueueFullError(EnrolmentError):
    """Too many unknown boxes wait for a technician already."""

    code = "enrol.queue_full"
    retry = True


class NoCertificateError(EnrolmentError):
    """The box has to show its certificate."""

    code = "enrol.certificate_missing"


class UnknownCertificateError(EnrolmentError):
    """The certificate was not issued here, or is not the one of a box in service."""

    code = "enrol.certificate_unknown"


class RevokedCertificateError(EnrolmentError):
    """The certificate was revoked."""

    code = "enrol.certificate_revoked"


class NoSuchBoxError(NotFoundError):
    """There is no such box on record."""


class BoxTakenError(MotcuaError):
    """The name or the serial number belongs to another box."""

    code = "registry.taken"


class BadPlaceError(MotcuaError):
    """A box's role, unit and site have 64 letters at most, its name has 200."""

    code = "registry.bad_place"


class ListProblem(msgspec.Struct, frozen=True):
    """What is wrong in a line (from 1), a word of `registry.problem.*`, and what stands there."""

    line: int
    what: str
    value: str

    def __str__(self) -> str:
        return f"{self.line}: {_IN_ENGLISH[self.what].format(self.value)}"


_IN_ENGLISH = {
    "serial": "{!r} is no serial number: 1 to 64 of A-Z, 0-9, '.', '_' and '-'",
    "claim": "the claim of {} has less than 16 letters, more than 128, or spaces only",
    "box": "{!r} is no box name: 1 to 64 of a-z, 0-9 and '-'",
    "box_kept": "the name {} is not for boxes",
    "box_taken": "the name {} belongs to another serial number",
    "serial_taken": "this serial number is the box {} already",
    "twice_serial": "serial number {} stands in the list twice",
    "twice_box": "box name {} stands in the list twice",
    "claim_used": "the claim of {} was given before: leave it empty for a new one",
    "long": "{} is too long",
    "columns": "not as many columns as the first line: {!r}",
    "unit": "the unit {!r} is not yours",
}


class BadListError(MotcuaError):
    """The list has errors; nothing of it was kept."""

    code = "registry.bad_list"

    def __init__(self, problems: tuple[ListProblem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))
