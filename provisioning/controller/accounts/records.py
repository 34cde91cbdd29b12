"""What is known of people, and what they can be refused. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from devices.contract.errors import MotcuaError, NotFoundError
from provisioning.controller.rights import Person

LOGIN_PATTERN = r"^[a-z0-9][a-z0-9._-]{1,31}$"


class State(StrEnum):
    """Whether an account may be used."""

    ACTIVE = "active"
    DISABLED = "disabled"


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A person with what is known of the account."""

    person: Person
    state: State
    language: str
    second_factor: bool
    fresh_password: bool
    made_at: datetime
    signed_in_at: datetime | None = None
    sessions: int = 0


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody signed in, in one browser. `used_at` is a minute behind at most."""

    id: int
    begun_at: datetime
    used_at: datetime
    address: str
    browser: str


class Lifetimes(msgspec.Struct, frozen=True):
    """When a session ends by itself: unused for so long, or so long after it began."""

    idle: timedelta = timedelta(minutes=30)
    whole: timedelta = timedelta(hours=12)


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """Who a session's token says is asking."""

    person: Person
    session: Session
    language: str
    fresh_password: bool
    second_factor: bool


class UnknownPersonError(NotFoundError):
    """There is no such person."""


class LoginTakenError(MotcuaError):
    """Somebody has this login already."""

    code = "person.login_taken"


class BadLoginError(MotcuaError):
    """A login is 2 to 32 small letters without marks, digits, dots, underscores and hyphens."""

    code = "person.bad_login"


class BadPersonError(MotcuaError):
    """A person needs a name of at most 100 letters, and at least one role, each at a known unit."""

    code = "person.bad"


class LastAdministratorError(MotcuaError):
    """Nobody would be left to administer the whole province."""

    code = "person.last_administrator"


class WrongSignInError(MotcuaError):
    """The login or the password is wrong, or the account is closed."""

    code = "sign_in.wrong"


class WrongPasswordError(MotcuaError):
    """The password you have now is another one."""

    code = "password.wrong"


class WeakPasswordError(MotcuaError):
    """The new password is too easy to guess."""

    code = "password.weak"


class CodeNeededError(MotcuaError):
    """The password is right; now the six digits of the authenticator, or a recovery code."""

    code = "sign_in.code_needed"

    def __init__(self, ticket: str) -> None:
        super().__init__()
        self.ticket = ticket


class WrongCodeError(MotcuaError):
    """The code is wrong, or was used already."""

    code = "code.wrong"
