"""A box on its way to a certificate, and with one: asks, waits, renews, begins anew.

Every try may fail, and every failure is shown in words on the box; nothing but success ends it.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from datetime import datetime

import structlog
from cryptography import x509

from devices.contract.clock import Clock
from devices.contract.errors import MotcuaError, StorageError
from devices.runtime.backoff import Backoff
from devices.runtime.worker import Worker
from provisioning.agent.clock import ClockNotSetError, Timekeeper
from provisioning.agent.config import AgentConfig, GateConfig
from provisioning.agent.enrolment.est import (
    ClaimRefusedError,
    ForeignGateError,
    Gate,
    GateError,
    RequestRefusedError,
    Waiting,
    pinned_ca,
    trusting,
)
from provisioning.agent.enrolment.moment import renewal
from provisioning.agent.identity import Asking, Identity, IdentityStore, WrongCertificateError
from provisioning.agent.matters import Matter, MatterCode
from provisioning.agent.notice import Notice, Showing
from provisioning.agent.why import own_matter, why
from provisioning.claims import CLAIM_BYTES, shown_words, spelled

TRY_AGAIN = Backoff(least_s=2.0, most_s=300.0)
RENEW_AGAIN = Backoff(least_s=30.0, most_s=3600.0)
_LOOK_EVERY_S = 3600.0
_FIRST_MEASURE_S = 300
_LOOK_SOON_S = 60.0  # while the clock is not believed
_REVOKED = "enrol.certificate_revoked"
_CODES: dict[type[MotcuaError], MatterCode] = {
    ClaimRefusedError: MatterCode.CLAIM_REFUSED,
    RequestRefusedError: MatterCode.REQUEST_REFUSED,
    ForeignGateError: MatterCode.GATE_FOREIGN,
    ClockNotSetError: MatterCode.CLOCK_WRONG,
    WrongCertificateError: MatterCode.WRONG_ANSWER,
    StorageError: MatterCode.STORAGE,
}
_log = structlog.get_logger()


class Enrolment:
    """Gets the box a certificate and keeps it fresh. `run` is its life.

    `on_identity` hears of every identity that is put into use, also of the one found at the start.
    """

    def __init__(
        self,
        config: AgentConfig,
        serial: str,
        store: IdentityStore,
        worker: Worker,
        *,
        clock: Clock,
        timekeeper: Timekeeper,
        notice: Notice,
        on_identity: Callable[[Identity], None],
        try_again: Backoff = TRY_AGAIN,
        renew_again: Backoff = RENEW_AGAIN,
    ) -> None:
        self._config = config
        self._serial = serial
        self._store = store
        self._worker = worker
        self._clock = clock
        self._timekeeper = timekeeper
        self._notice = notice
        self._on_identity = on_identity
        self._try_again = try_again
        self._renew_again = renew_again
        self._nudged = asyncio.Event()
        self._told: Identity | None = None
        self._revoked = ""
        self._spent = ""
        self._tries = 0
        # not all at once, when the power comes back in a whole province
        self._measure_at = clock.monotonic() + secrets.randbelow(_FIRST_MEASURE_S)

    def nudge(self) -> None:
        """Look at once: the disk holds a new identity, or the line is there again."""
        self._nudged.set()

    def revoked(self, number: str) -> None:
        """Hear from the province's broker that this certificate is taken no longer."""
        self._revoked = number
        self.nudge()

    async def run(self) -> None:
        """Get, keep and renew; never returns."""
        recovered = False
        while True:
            self._nudged.clear()
            try:
                if not recovered:
                    await self._worker.do(self._store.recover)
                    recovered = True
                wait_s = await self._step()
                self._tries = 0
            except MotcuaError as error:
                wait_s = self._failed(error)
            await self._pause(wait_s)

    async def _step(self) -> float:
        """Do the next thing; return how long to rest. Raises what keeps the box from it."""
        identity = await self._worker.do(self._store.held)
        if identity:
            self._tell(identity)
        else:
            await self._first_request()  # a stick may carry it, also without a line
        if not self._timekeeper.believed(self._clock.now()):
            await self._look_at_the_time(identity)
        if identity is None or self._is_over(identity):
            return await self._ask_first(identity)
        due_s = (self._due(identity) - self._clock.now()).total_seconds()
        if due_s <= 0:
            return await self._renew(identity)
        if self._clock.monotonic() >= self._measure_at:
            await self._measure(identity)
        to_measure_s = max(0.0, self._measure_at - self._clock.monotonic())
        return min(due_s, to_measure_s, self._look_again_s())

    def _is_over(self, identity: Identity) -> bool:
        """Return whether the identity opens no door any more, as far as the clock is believed."""
        now = self._clock.now()
        expired = self._timekeeper.believed(now) and now >= identity.not_after
        return expired or identity.number == self._revoked

    def _due(self, identity: Identity) -> datetime:
        config = self._config
        return renewal(
            identity.since,
            identity.not_after,
            at=config.renew_at,
            spread=config.renew_spread,
            box=identity.box,
        )

    def _look_again_s(self) -> float:
        return _LOOK_EVERY_S if self._timekeeper.believed(self._clock.now()) else _LOOK_SOON_S

    # Asking

    async def _ask_first(self, identity: Identity | None) -> float:
        asking = await self._first_request()
        gate_config = self._gate_config(identity)
        if gate_config is None:
            self._say(MatterCode.NO_GATE)
            return _LOOK_EVERY_S
        ca = await self._ca(gate_config, identity)
        gate = Gate(gate_config.url, trusting(ca), self._clock)
        try:
            answer = await gate.enrol(asking.request, self._serial, asking.claim)
        except ClaimRefusedError:
            self._spent = self._config.claim
            await self._worker.do(self._store.give_up)
            raise
        return await self._answered(answer, ca)

    async def _renew(self, identity: Identity) -> float:
        gate_config = self._gate_config(identity)
        if gate_config is None:
            return _LOOK_EVERY_S
        asking = await self._worker.do(self._store.under_way)
        if asking is None or asking.claim:
            asking = await self._worker.do(self._store.ask_again)
        ca = await self._ca(gate_config, identity)
        gate = Gate(gate_config.url, trusting(ca, identity=identity), self._clock)
        return await self._answered(await gate.enrol_again(asking.request), ca)

    async def _answered(self, answer: x509.Certificate | Waiting, ca: x509.Certificate) -> float:
        if isinstance(answer, Waiting):
            before = own_matter(self._told, self._clock.now()) if self._told else None
            self._say(MatterCode.WAITING, before.detail if before else "")
            return answer.retry_s * (1 + secrets.randbelow(1000) / 2000)
        identity = await self._worker.do(self._store.take, answer, ca, self._clock.now())
        _log.info("certificate.taken", box=identity.box, number=identity.number)
        return 0.0

    async def _first_request(self) -> Asking:
        """Return the request under way, or a new one: with the claim given, else one of our own."""
        asking = await self._worker.do(self._store.under_way)
        if asking is None or not asking.claim:
            given = self._config.claim if self._config.claim != self._spent else ""
            claim = given or spelled(secrets.token_bytes(CLAIM_BYTES))
            asking = await self._worker.do(self._store.ask_as, self._serial, claim)
        self._notice.show(
            Showing(
                matter=self._notice.showing.matter,
                serial=self._serial,
                claim=asking.claim,
                words=shown_words(self._serial, asking.claim, asking.public_key),
                box=self._told.box if self._told else "",
                retired=self._told is not None and self._told.number == self._revoked,
            )
        )
        return asking

    def _gate_config(self, identity: Identity | None) -> GateConfig | None:
        """Return where the gate is: where a stick said, else where the configuration says."""
        config = self._config.gate
        if identity and identity.place.gate:
            pin = config.ca_sha256 if config else identity.ca_sha256
            return GateConfig(url=identity.place.gate, ca_sha256=pin)
        return config

    async def _ca(self, gate: GateConfig, identity: Identity | None) -> x509.Certificate:
        """Return the CA to believe: the one held, or the gate's by its fingerprint."""
        if identity and identity.ca_sha256 == gate.ca_sha256:
            return x509.load_pem_x509_certificate(
                await self._worker.do(identity.ca_file.read_bytes)
            )
        return await pinned_ca(gate.url, gate.ca_sha256)

    # The clock

    async def _look_at_the_time(self, identity: Identity | None) -> None:
        """Ask the gate what time it is, and believe it although the dates cannot be judged."""
        gate_config = self._gate_config(identity)
        if gate_config is None:
            return
        ca = await self._ca(gate_config, identity)
        context = trusting(ca, check_dates=False)
        told = await Gate(gate_config.url, context, self._clock).time()
        self._measure_at = self._clock.monotonic() + _LOOK_EVERY_S
        self._timekeeper.told(told.truth, told.own)

    async def _measure(self, identity: Identity) -> None:
        """Measure the clock now and then; a gate that cannot be asked is no matter of ours."""
        self._measure_at = self._clock.monotonic() + _LOOK_EVERY_S
        with contextlib.suppress(GateError, ForeignGateError, ClockNotSetError):
            await self._look_at_the_time(identity)

    # What is told

    def _tell(self, identity: Identity) -> None:
        if identity != self._told:
            self._told = identity
            self._on_identity(identity)
        if not self._is_over(identity):
            self._notice.show(
                Showing(
                    matter=Matter(code=MatterCode.IN_SERVICE),
                    serial=self._serial,
                    box=identity.box,
                )
            )

    def _say(self, code: MatterCode, detail: str = "") -> None:
        self._notice.say(Matter(code=code, detail=detail))

    def _failed(self, error: MotcuaError) -> float:
        """Show what is the matter; return how long to wait before the next try."""
        self._tries += 1
        matter = self._matter(error)
        if isinstance(error, GateError) and matter.code is MatterCode.GATE_DATES:
            self._timekeeper.doubt()
        if matter.code is MatterCode.OWN_REVOKED and self._told:
            self._revoked = self._told.number
        _log.warning("enrolment.failed", code=error.code, matter=matter.code, text=error.sentence)
        in_use = self._told is not None and not self._is_over(self._told)
        if not in_use:
            self._notice.say(matter)
        patient = in_use and self._timekeeper.believed(self._clock.now())
        return (self._renew_again if patient else self._try_again).wait_s(self._tries)

    def _matter(self, error: MotcuaError) -> Matter:
        if isinstance(error, RequestRefusedError) and error.said == _REVOKED:
            return Matter(code=MatterCode.OWN_REVOKED)
        if isinstance(error, GateError):
            if error.__cause__ is None:
                return Matter(code=MatterCode.GATE_FAILED, detail=error.sentence)
            return why(error, self._told, self._clock.now())
        return Matter(code=_CODES.get(type(error), MatterCode.GATE_FAILED), detail=error.sentence)

    async def _pause(self, wait_s: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await self._nudged.wait()
