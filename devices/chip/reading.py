"""How a chip is read: opened, its files one after another, each to its end. Pure.

The order is that of CCCDs in the field: no SELECT MF (they answer 6D00), EF.CardAccess first, PACE
where it is wanted and offered, BAC where PACE is refused.
"""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from devices.chip import bac, lds, pace, tlv
from devices.chip.apdu import DONE, CommandApdu, Noise, ResponseApdu, Transmit, answer_of
from devices.chip.errors import (
    BadAnswerError,
    KeyMissingError,
    NoDocumentError,
    RefusedByChipError,
)
from devices.chip.messages import Opened
from devices.chip.mrz import MrzKey
from devices.chip.secure_messaging import SecureMessaging, StatusObject

APPLICATION = bytes.fromhex("A0000002471001")
SELECT, READ_BINARY = 0xA4, 0xB0
BY_NAME, BY_FILE, NO_ANSWER = 0x04, 0x02, 0x0C
END_OF_FILE = 0x6282

_ONLY_BY_PACE = (0x6982, 0x6985)  # security status, conditions of use not satisfied
_HEADER_BYTES = 4
_CHUNK_BYTES = 0xDF
_LAST_OFFSET = 0x7FFF
_FACE_WEIGHT = 20

Progress = Callable[[int], None]
"""Hears how far it is, in hundredths."""


@dataclass(frozen=True, slots=True, repr=False)
class Access:
    """What opens a chip, and the way that is tried first."""

    key: MrzKey | None = None
    can: str = ""
    first: Opened = Opened.BAC

    @property
    def password(self) -> pace.Password | None:
        """What PACE opens it with: the access number where it is given."""
        if self.can:
            return pace.can_password(self.can)
        return pace.mrz_password(self.key) if self.key else None


@dataclass(frozen=True, slots=True, repr=False)
class Contents:
    """What was read: EF.SOD (empty when there is none), and data groups whole, by number.

    `offers` are the ways of PACE that were told before any key was agreed: nobody vouches for them.
    """

    opened: Opened
    sod: bytes
    groups: dict[int, bytes]
    offers: tuple[pace.PaceInfo, ...] = ()


def read(
    transmit: Transmit,
    access: Access,
    *,
    with_face: bool,
    progress: Progress,
    noise: Noise = secrets.token_bytes,
    status_object: StatusObject = StatusObject.REQUIRED,
) -> Contents:
    """Open the chip and read it; raises ChipError."""
    opened, session, offers = _opened(transmit, access, noise, status_object)
    files = _Files(transmit, session)
    present = lds.groups_of(files.read(lds.COM, lds.COM_TAG, progress=_nothing))
    wanted = [lds.DG1, lds.DG13, lds.DG14, *((lds.DG2,) if with_face else ())]
    groups = [group for group in wanted if group in present or group == lds.DG1]
    shares = _shares([None, *groups], progress)
    sod = files.read(lds.SOD, lds.SOD_TAG, progress=next(shares), may_lack=True)
    contents = {
        group: files.read(lds.group_file(group), lds.TAGS[group], progress=next(shares))
        for group in groups
    }
    progress(100)
    return Contents(opened, sod, contents, offers)


def _opened(
    transmit: Transmit, access: Access, noise: Noise, status_object: StatusObject
) -> tuple[Opened, SecureMessaging, tuple[pace.PaceInfo, ...]]:
    offers: tuple[pace.PaceInfo, ...] = ()
    if access.first is Opened.PACE or access.key is None:
        offers = _offers(transmit)
        session = _by_pace(transmit, access, offers, noise, status_object)
        if session:
            _select_application(_protected(transmit, session))
            return Opened.PACE, session, offers
    _select_application(_plain(transmit))
    if access.key is None:
        raise KeyMissingError
    session = bac.opened(transmit, access.key, noise=noise, status_object=status_object)
    return Opened.BAC, session, offers


def _by_pace(
    transmit: Transmit,
    access: Access,
    offers: tuple[pace.PaceInfo, ...],
    noise: Noise,
    status_object: StatusObject,
) -> SecureMessaging | None:
    """Return the session, or None where PACE is not offered, or refused and BAC can be tried."""
    password = access.password
    best = pace.best_of(offers)
    if password is None or best is None:
        return None
    try:
        return pace.opened(
            transmit,
            best,
            password,
            says_parameters=len(offers) > 1,
            noise=noise,
            status_object=status_object,
        )
    except RefusedByChipError:
        if access.key is None:
            raise
        return None


def _offers(transmit: Transmit) -> tuple[pace.PaceInfo, ...]:
    try:
        files = _Files(transmit, None)
        access = files.read(lds.CARD_ACCESS, tlv.SET, progress=_nothing, may_lack=True)
    except RefusedByChipError:
        return ()
    return pace.offers_of(access) if access else ()


_Ask = Callable[[CommandApdu], ResponseApdu]


def _plain(transmit: Transmit) -> _Ask:
    return lambda command: answer_of(transmit(command.encoded()))


def _protected(transmit: Transmit, session: SecureMessaging) -> _Ask:
    def ask(command: CommandApdu) -> ResponseApdu:
        return session.opened(answer_of(transmit(session.protected(command).encoded())))

    return ask


def _select_application(ask: _Ask) -> None:
    status = ask(CommandApdu(0, SELECT, BY_NAME, NO_ANSWER, APPLICATION)).status
    if status in _ONLY_BY_PACE:
        raise RefusedByChipError("to open without PACE", status)
    if status != DONE:
        raise NoDocumentError


class _Files:
    """The files of a chip, in a session or before one."""

    def __init__(self, transmit: Transmit, session: SecureMessaging | None) -> None:
        self._ask = _protected(transmit, session) if session else _plain(transmit)

    def read(self, file: int, tag: int, *, progress: Progress, may_lack: bool = False) -> bytes:
        """Return the one object that the file is; `may_lack`: nothing where it is not."""
        selected = self._ask(CommandApdu(0, SELECT, BY_FILE, NO_ANSWER, file.to_bytes(2, "big")))
        if selected.status != DONE:
            if may_lack:
                return b""
            raise RefusedByChipError(f"file {file:04X}", selected.status)
        data = self._piece(file, 0, _HEADER_BYTES)
        header = tlv.header_of(data)
        if header.tag != tag:
            raise BadAnswerError(f"The chip's file {file:04X} is another than it must be.")
        size = header.header + header.value
        while len(data) < size:
            progress(100 * len(data) // size)
            data += self._piece(file, len(data), min(_CHUNK_BYTES, size - len(data)))
        progress(100)
        return data[:size]

    def _piece(self, file: int, offset: int, count: int) -> bytes:
        if offset > _LAST_OFFSET:
            raise BadAnswerError(f"The chip's file {file:04X} is longer than can be read.")
        answer = self._ask(CommandApdu(0, READ_BINARY, offset >> 8, offset & 0xFF, le=count))
        if answer.status not in (DONE, END_OF_FILE):
            raise RefusedByChipError(f"file {file:04X}", answer.status)
        if not 0 < len(answer.data) <= count:
            raise BadAnswerError(f"The chip's file {file:04X} ends too early.")
        return answer.data


def _shares(files: list[int | None], progress: Progress) -> Iterator[Progress]:
    """Yield what hears of each file's own progress, and tells that of the whole."""
    weights = [_FACE_WEIGHT if file == lds.DG2 else 1 for file in files]
    whole = sum(weights)
    for at, weight in enumerate(weights):
        before = 100 * sum(weights[:at])
        yield partial(_tell_share, progress, before, weight, whole)


def _tell_share(progress: Progress, before: int, weight: int, whole: int, percent: int) -> None:
    progress((before + percent * weight) // whole)


def _nothing(_percent: int) -> None:
    pass
