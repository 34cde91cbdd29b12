"""Enrolment without a line: a USB stick takes the box's request away and brings the answer.

Only a stick with a folder `motcua` is written to. The province is believed for the fingerprint in
the configuration, as on the line.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import structlog
from cryptography import x509

from devices.contract.clock import Clock
from devices.contract.errors import MotcuaError
from devices.runtime.worker import Worker
from provisioning.agent.config import StickConfig
from provisioning.agent.identity import (
    Identity,
    IdentityStore,
    Place,
    WrongCertificateError,
    common_name,
    fingerprint_of,
)
from provisioning.agent.matters import Matter, MatterCode
from provisioning.agent.notice import Notice
from provisioning.broker.files import READABLE, written
from provisioning.stick import (
    ANSWER_FILE,
    FOLDER,
    MOST_BYTES,
    REQUEST_FILE,
    StickAnswer,
    StickRequest,
    read_answer,
)
from provisioning.stick import written as as_file

_MOST_STICKS = 8
_log = structlog.get_logger()


class AnswerRefusedError(MotcuaError):
    """The answer on the stick is not for this box."""

    code = "stick.refused"


class StickWatch:
    """Looks at what is mounted. `worker` is the one thread of the identity store."""

    def __init__(
        self,
        config: StickConfig,
        serial: str,
        ca_sha256: str,
        store: IdentityStore,
        worker: Worker,
        *,
        clock: Clock,
        notice: Notice,
    ) -> None:
        self._config = config
        self._serial = serial
        self._ca_sha256 = ca_sha256
        self._store = store
        self._worker = worker
        self._clock = clock
        self._notice = notice

    async def taken(self) -> Identity:
        """Look until an answer was taken; returns who the box is now."""
        said: Matter | None = None
        while True:
            matter: Matter | None = None
            try:
                if identity := await self._worker.do(self._look):
                    self._notice.say_of_stick(None)
                    _log.info("stick.taken", box=identity.box, number=identity.number)
                    return identity
            except MotcuaError as error:
                matter = Matter(code=MatterCode.STICK_REFUSED, detail=error.sentence)
            if matter != said:
                said = matter
                self._notice.say_of_stick(matter)
                if matter:
                    _log.warning("stick.refused", text=matter.detail)
            await asyncio.sleep(self._config.every_s)

    def _look(self) -> Identity | None:
        """Serve every stick; returns the identity one brought. Raises what is wrong with one."""
        failed: MotcuaError | None = None
        for folder in self._sticks():
            try:
                if identity := self._serve(folder):
                    return identity
            except MotcuaError as error:
                failed = failed or error
        if failed:
            raise failed
        return None

    def _sticks(self) -> Iterator[Path]:
        found = 0
        for mounts in self._config.mounts:
            for stick in sorted(Path(mounts).glob("*")):
                folder = stick / FOLDER
                if found < _MOST_STICKS and folder.is_dir() and not folder.is_symlink():
                    found += 1
                    yield folder

    def _serve(self, folder: Path) -> Identity | None:
        asking = self._store.under_way()
        if asking is None or not asking.claim:
            return None  # in service: nothing is asked of a stick
        request = StickRequest(serial=self._serial, claim=asking.claim, csr=asking.pem)
        written(folder / REQUEST_FILE, as_file(request), mode=READABLE)
        answer = _answer(folder / ANSWER_FILE)
        return self._take(answer) if answer else None

    def _take(self, answer: StickAnswer) -> Identity:
        if answer.serial.lower() != self._serial:
            raise AnswerRefusedError(f"Trả lời dành cho máy {answer.serial[:64]}.")
        try:
            ca = x509.load_pem_x509_certificate(answer.ca.encode())
            certificate = x509.load_pem_x509_certificate(answer.certificate.encode())
        except ValueError as error:
            raise AnswerRefusedError("Chứng thư trong trả lời không đọc được.") from error
        if fingerprint_of(ca) != self._ca_sha256:
            raise AnswerRefusedError("CA trong trả lời không phải của tỉnh này.")
        if common_name(certificate) != answer.box:
            raise AnswerRefusedError(f"Chứng thư không phải của {answer.box[:64]!r}.")
        place = Place(
            gate=answer.gate,
            broker_host=answer.broker_host,
            broker_port=answer.broker_port,
            site=answer.site,
        )
        try:
            return self._store.take(certificate, ca, self._clock.now(), place)
        except WrongCertificateError as error:
            raise AnswerRefusedError(
                "Trả lời thuộc một yêu cầu khác: làm lại từ yêu cầu đang có trên USB."
            ) from error


def _answer(path: Path) -> StickAnswer | None:
    """Return what the province wrote; raises BadPayloadError, AnswerRefusedError."""
    try:
        with path.open("rb") as file:
            return read_answer(file.read(MOST_BYTES + 1))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise AnswerRefusedError(f"Không đọc được USB: {error.strerror}") from error
