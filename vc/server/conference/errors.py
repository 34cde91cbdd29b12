"""Why the rules refuse: a code the pages translate, a sentence for the log and the operator."""

from devices.contract.errors import MotcuaError


class RuleError(MotcuaError):
    """The rules of the conference refuse it; nothing changed."""

    code = "conference.refused"


class BadPlanError(RuleError):
    """The plan contradicts itself."""

    code = "conference.bad_plan"


class MayNotError(RuleError):
    """This role may not do that."""

    code = "conference.may_not"


class EndedError(RuleError):
    """The conference has ended."""

    code = "conference.ended"


class NotNowError(RuleError):
    """Not in this phase of the conference."""

    code = "conference.not_now"


class NoSuchThingError(RuleError):
    """The conference has nothing of this id."""

    code = "conference.unknown"


class NotListedError(RuleError):
    """Not a listed delegate of the acting site (VC-5, VC-6)."""

    code = "conference.not_listed"


class NotCheckedInError(RuleError):
    """The delegate's attendance is not confirmed (VC-5, VC-6)."""

    code = "conference.not_checked_in"


class RollCallClosedError(RuleError):
    """The roll-call is not open; the chair's side can still mark a delegate."""

    code = "conference.roll_call_closed"


class ChairNeedsNoneError(RuleError):
    """The chair speaks without a request (VC-6)."""

    code = "conference.chair_needs_none"


class AlreadyAskedError(RuleError):
    """The delegate has a request open already (VC-6)."""

    code = "conference.already_asked"


class RequestDecidedError(RuleError):
    """The request was decided otherwise already."""

    code = "conference.request_decided"


class IdTakenError(RuleError):
    """The id belongs to something else already."""

    code = "conference.id_taken"


class ListFullError(RuleError):
    """The list holds as many as it may."""

    code = "conference.list_full"


class AwayError(RuleError):
    """The member is not in the conference now."""

    code = "conference.away"


class ExpelledError(RuleError):
    """The member was put out, until the chair's side lets it in again."""

    code = "conference.expelled"


class LockedError(RuleError):
    """The conference is locked; nobody new gets in."""

    code = "conference.locked"


class CentreStaysError(RuleError):
    """The centre cannot be put out."""

    code = "conference.centre_stays"


class NothingSharedError(RuleError):
    """The member shares no screen."""

    code = "conference.nothing_shared"


class BallotOpenError(RuleError):
    """Another vote is open."""

    code = "conference.ballot_open"


class VoteOverError(RuleError):
    """The vote is closed."""

    code = "conference.vote_over"


class NobodyPresentError(RuleError):
    """Nobody's attendance is confirmed, so nobody could vote (VC-5)."""

    code = "conference.nobody_present"


class VoteCastError(RuleError):
    """The delegate has voted, and votes may not be changed here."""

    code = "conference.vote_cast"
