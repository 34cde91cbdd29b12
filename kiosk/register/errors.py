"""Why the register refuses: codes, and the challenges of RFC 6750 that go with some of them."""

from typing import ClassVar

from devices.contract.errors import MotcuaError


class RegisterError(MotcuaError):
    """The register refuses."""

    status: ClassVar[int] = 409

    @property
    def headers(self) -> dict[str, str]:
        """The headers that the answer carries beside its body."""
        return {}


class NotFoundError(RegisterError):
    """There is no such thing here."""

    code = "not_found"
    status = 404


class BadRequestError(RegisterError):
    """The request does not say what it should."""

    code = "request.bad"
    status = 400


class RequestReusedError(RegisterError):
    """This idempotency key was used for another request."""

    code = "request.reused"
    status = 422


class NotSignedInError(RegisterError):
    """Sign in first."""

    code = "not_signed_in"
    status = 401


class WrongPasswordError(RegisterError):
    """The name or the password is wrong."""

    code = "sign_in.wrong"
    status = 401


class NotAllowedError(RegisterError):
    """This needs another role."""

    code = "not_allowed"
    status = 403


class ForeignOriginError(RegisterError):
    """The request comes from another site's page."""

    code = "origin.foreign"
    status = 403


class NoTokenError(RegisterError):
    """Show an access token: Authorization: Bearer (RFC 6750 §3)."""

    code = "token.missing"
    status = 401

    @property
    def headers(self) -> dict[str, str]:
        """A request without any token is told no error code (RFC 6750 §3.1)."""
        return {"www-authenticate": 'Bearer realm="motcua-register"'}


class BearerError(RegisterError):
    """The access token was refused."""

    told: ClassVar[str]
    needed: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """The challenge of RFC 6750 §3."""
        scope = f', scope="{self.needed}"' if self.needed else ""
        return {
            "www-authenticate": f'Bearer realm="motcua-register", error="{self.told}",'
            f' error_description="{self.sentence}"{scope}'
        }


class BadAuthorizationError(BearerError):
    """The Authorization header is not one bearer token."""

    code = "token.malformed"
    status = 400
    told = "invalid_request"


class BadTokenError(BearerError):
    """The access token is unknown or has expired."""

    code = "token.invalid"
    status = 401
    told = "invalid_token"


class ScopeMissingError(BearerError):
    """The access token does not allow this."""

    code = "token.scope"
    status = 403
    told = "insufficient_scope"

    def __init__(self, needed: str) -> None:
        super().__init__()
        self.needed = needed
