"""What may be done to a dossier, by its state: one table (domain §2.4). Pure."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import msgspec

from kiosk.domain.dossier_state import StateCode as S
from kiosk.register.dossiers.errors import StepRefusedError


class Act(StrEnum):
    """A deed that moves a dossier to another state."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    BEGIN = "begin"
    ASK_PAPERS = "ask_papers"
    ASK_PAYMENT = "ask_payment"
    RESUME = "resume"
    WITHDRAW = "withdraw"
    HALT = "halt"
    FINISH = "finish"
    RETURN = "return"
    REOPEN = "reopen"


class Note(StrEnum):
    """A step that leaves the state as it is."""

    CREATED = "created"
    HANDED_OVER = "handed_over"
    EXTENDED = "extended"
    PAPERS_ADDED = "papers_added"
    PRINTED = "printed"


class Rule(msgspec.Struct, frozen=True):
    """From which states an act leads where; `reasoned`: with a reason; `head`: a head's alone."""

    before: tuple[S, ...]
    after: S
    reasoned: bool = False
    head: bool = False


RULES: Mapping[Act, Rule] = MappingProxyType(
    {
        Act.ACCEPT: Rule((S.REGISTERED,), S.ACCEPTED),
        Act.REFUSE: Rule((S.REGISTERED,), S.NOT_ACCEPTED, reasoned=True),
        Act.BEGIN: Rule((S.ACCEPTED,), S.IN_WORK),
        Act.FINISH: Rule((S.ACCEPTED, S.IN_WORK), S.DONE),
        Act.RETURN: Rule((S.DONE,), S.HANDED_OVER),
        Act.ASK_PAPERS: Rule((S.ACCEPTED, S.IN_WORK), S.MORE_PAPERS, reasoned=True),
        Act.ASK_PAYMENT: Rule((S.ACCEPTED, S.IN_WORK), S.PAYMENT),
        Act.RESUME: Rule((S.MORE_PAPERS, S.PAYMENT, S.HALTED), S.IN_WORK),
        Act.HALT: Rule((S.ACCEPTED, S.IN_WORK, S.MORE_PAPERS, S.PAYMENT), S.HALTED, reasoned=True),
        Act.WITHDRAW: Rule(
            (S.REGISTERED, S.ACCEPTED, S.IN_WORK, S.MORE_PAPERS, S.PAYMENT, S.HALTED),
            S.WITHDRAWN,
            reasoned=True,
        ),
        Act.REOPEN: Rule((S.DONE, S.WITHDRAWN), S.IN_WORK, reasoned=True, head=True),
    }
)
_BEFORE_RECEIPT = (Act.ACCEPT, Act.REFUSE, Act.WITHDRAW)


def allowed(state: int, *, head: bool, received: bool = True) -> tuple[Act, ...]:
    """Return what may be done in a state; what nobody has received is never in work (DOS-9)."""
    return tuple(
        act
        for act, rule in RULES.items()
        if state in rule.before and (head or not rule.head) and (received or act in _BEFORE_RECEIPT)
    )


def leading(before: int, after: int) -> Act:
    """Return the act that leads from one state to another; raises StepRefusedError."""
    for act, rule in RULES.items():
        if before in rule.before and rule.after == after and not rule.head:
            return act
    raise StepRefusedError(f"No step leads from state {before} to state {after}.")
