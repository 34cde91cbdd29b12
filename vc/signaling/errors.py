"""Why the door stays shut: each reason its own code."""

from devices.contract.errors import MotcuaError


class NoTokenError(MotcuaError):
    """A bearer token is needed (RFC 6750)."""

    code = "token.none"


class ForgedTokenError(MotcuaError):
    """This token is not one of ours."""

    code = "token.forged"


class ExpiredTokenError(MotcuaError):
    """The token's time is over; ask for a new one."""

    code = "token.expired"


class ReplayedTokenError(MotcuaError):
    """The token was used before; ask for a new one."""

    code = "token.replayed"


class OtherConferenceError(MotcuaError):
    """The token is for another conference."""

    code = "token.other_conference"


class WrongDirectionError(MotcuaError):
    """The token is for another kind of session."""

    code = "token.wrong_direction"


class OtherLegError(MotcuaError):
    """The token did not open this session."""

    code = "token.other_leg"


class ForeignBoxError(MotcuaError):
    """The certificate is not that of the site's box."""

    code = "box.foreign"


class UnknownLinkError(MotcuaError):
    """There is no such link."""

    code = "link.unknown"


class ExpiredLinkError(MotcuaError):
    """The link's time is over."""

    code = "link.expired"


class LockedLinkError(MotcuaError):
    """The link was locked after too many wrong PINs; ask for a new one."""

    code = "link.locked"


class WrongPinError(MotcuaError):
    """The PIN is wrong."""

    code = "pin.wrong"


class NotAcceptedTypeError(MotcuaError):
    """The body's content type is not one that is taken here."""

    code = "signaling.content_type"


class NoPreconditionError(MotcuaError):
    """If-Match with the session's entity tag is needed."""

    code = "signaling.if_match_needed"


class StaleTagError(MotcuaError):
    """If-Match does not name the session as it is now."""

    code = "signaling.stale"


class NoIceRestartError(MotcuaError):
    """ICE restarts are not supported; open a new session."""

    code = "signaling.no_ice_restart"


class NotOfferedError(MotcuaError):
    """There is no offer of ours to answer."""

    code = "signaling.not_offered"


class UnreachableError(MotcuaError):
    """The conference server cannot be reached."""

    code = "signaling.unreachable"
    retry = True


class BadAnswerError(MotcuaError):
    """The other side does not keep to the protocol."""

    code = "signaling.bad_answer"
