"""What a USB stick carries between a box without a line and the province. Pure.

The box writes `motcua/request.json`; the province (page or `motcua enrol sign`) writes
`motcua/answer.json` beside it. The claim is spent by the answer, the key never leaves the box.
"""

import msgspec

from devices.contract.errors import BadPayloadError

FOLDER = "motcua"
REQUEST_FILE = "request.json"
ANSWER_FILE = "answer.json"
MOST_BYTES = 65_536


class StickRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A box asks: `csr` is PKCS#10 as PEM."""

    serial: str
    claim: str
    csr: str


class StickAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The province answers: PEM texts, the box's name, and where its doors are.

    `serial` says for which box: a stick may pass several. `gate` is the URL of the boxes' door.
    """

    serial: str
    ca: str
    certificate: str
    box: str
    gate: str = ""
    broker_host: str = ""
    broker_port: int = 8883
    site: str = ""


def read_request(body: bytes) -> StickRequest:
    """Return what a box wrote; raises BadPayloadError."""
    try:
        return msgspec.json.decode(_bounded(body), type=StickRequest)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise BadPayloadError(f"{REQUEST_FILE}: {error}") from error


def read_answer(body: bytes) -> StickAnswer:
    """Return what the province wrote; raises BadPayloadError."""
    try:
        return msgspec.json.decode(_bounded(body), type=StickAnswer)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise BadPayloadError(f"{ANSWER_FILE}: {error}") from error


def written(carried: StickRequest | StickAnswer) -> bytes:
    """Return the file's bytes, readable by people."""
    return msgspec.json.format(msgspec.json.encode(carried), indent=2) + b"\n"


def _bounded(body: bytes) -> bytes:
    if len(body) > MOST_BYTES:
        raise BadPayloadError(f"{len(body)} bytes: more than {MOST_BYTES}")
    return body
