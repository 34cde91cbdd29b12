"""The province's payment system: what is asked of a citizen, and whether it has come (PAY-5).

The contract is docs/openapi/payment.yaml, its bodies are `kiosk.api.payments`. Only this system's
word, an authenticated notice or an officer's act makes a fee confirmed; a shown QR never does.
"""

from typing import Protocol

import msgspec

from kiosk.api.payments import AskFee, Fee
from kiosk.backoffice.errors import BadAnswerError
from kiosk.backoffice.http import Call, HttpEdge, decoded, segment


class Payments(Protocol):
    """A payment system. Every method raises a BackOfficeError."""

    async def ask(self, fee: AskFee, key: str) -> Fee:
        """Tell the system of a fee that a citizen is asked for; the same key, the same fee."""
        ...

    async def fee(self, reference: str) -> Fee:
        """Return the fee of this reference; raises NotThereError."""
        ...

    async def of_dossier(self, dossier: str) -> tuple[Fee, ...]:
        """Return the fees asked for a dossier, oldest first; none when none was asked."""
        ...


class PaymentClient:
    """A payment system over HTTP. Whoever made the edge ends it."""

    def __init__(self, edge: HttpEdge) -> None:
        self._edge = edge

    async def ask(self, fee: AskFee, key: str) -> Fee:
        """Tell the system of a fee that a citizen is asked for."""
        call = Call(method="POST", path="/fees", body=msgspec.json.encode(fee), key=key)
        told = decoded(await self._edge.ask(call), Fee)
        if (told.dossier, told.amount_vnd, told.reference) != (
            fee.dossier,
            fee.amount_vnd,
            fee.reference,
        ):
            raise BadAnswerError("The answer is about another fee.")
        return told

    async def fee(self, reference: str) -> Fee:
        """Return the fee of this reference."""
        told = decoded(await self._edge.ask(Call(path=f"/fees/{segment(reference)}")), Fee)
        if told.reference != reference:
            raise BadAnswerError("The answer is about another fee.")
        return told

    async def of_dossier(self, dossier: str) -> tuple[Fee, ...]:
        """Return the fees asked for a dossier, oldest first."""
        call = Call(path="/fees", query=(("dossier", dossier),))
        told = decoded(await self._edge.ask(call), tuple[Fee, ...])
        if any(fee.dossier != dossier for fee in told):
            raise BadAnswerError("The answer is about another dossier.")
        return told
