"""An eMRTD chip in software: the other side of BAC, PACE and secure messaging (ICAO 9303-11).

It shares keys and ciphers with the reader, and nothing of the conversation: what a chip must check
it checks by itself. It is no safe: its numbers are synthetic.
"""

import hmac
import secrets
from dataclasses import dataclass, field

from devices.chip import bac, lds, pace, tlv
from devices.chip.apdu import DONE, CommandApdu, Noise, ResponseApdu, command_of
from devices.chip.card_messaging import CardMessaging
from devices.chip.curves import Point
from devices.chip.errors import ChipError
from devices.chip.keys import FOR_PASSWORD, SessionKeys, derived, encrypted
from devices.chip.mrz import MrzKey
from devices.chip.reading import (
    APPLICATION,
    BY_FILE,
    BY_NAME,
    END_OF_FILE,
    READ_BINARY,
    SELECT,
)

NOT_FOUND, NOT_ALLOWED, NOT_KNOWN = 0x6A82, 0x6982, 0x6D00
WRONG_DATA, WRONG_KEY, BAD_MESSAGING, BEYOND_END = 0x6A80, 0x6300, 0x6988, 0x6B00
_SECURED = 0x0C


@dataclass(frozen=True, slots=True, repr=False)
class Card:
    """What is in a chip and printed on its card: files by identifier, without EF.CardAccess."""

    key: MrzKey
    files: dict[int, bytes]
    can: str = ""
    offers: tuple[pace.PaceInfo, ...] = ()
    refuses_pace: bool = False
    garbles_macs: bool = False


@dataclass(slots=True, repr=False)
class _Pace:
    """How far a PACE has come."""

    offer: pace.PaceInfo
    secret: bytes
    nonce: bytes = b""
    generator: Point | None = None
    its_key: Point | None = None
    our_key: Point | None = None
    keys: SessionKeys | None = None


@dataclass(slots=True, repr=False)
class SoftwareChip:
    """A chip in the field of a reader. Called with a command, it returns its answer."""

    card: Card
    noise: Noise = secrets.token_bytes
    _session: CardMessaging | None = field(default=None, init=False)
    _pace: _Pace | None = field(default=None, init=False)
    _challenge: bytes = field(default=b"", init=False)
    _in_application: bool = field(default=False, init=False)
    _file: bytes | None = field(default=None, init=False)

    def power_on(self) -> None:
        """Begin anew, as when the card comes into the field."""
        self._session, self._pace, self._challenge = None, None, b""
        self._in_application, self._file = False, None

    def __call__(self, raw: bytes) -> bytes:
        """Answer a command, whatever it is."""
        try:
            command = command_of(raw)
            if command.cla & _SECURED == _SECURED:
                return self._secured(command).encoded()
            self._session = None
            return self._carried_out(command).encoded()
        except ChipError:
            self._session = self._pace = None
            return _refused(WRONG_DATA).encoded()

    def _secured(self, command: CommandApdu) -> ResponseApdu:
        session = self._session
        plain = session.opened(command) if session else None
        if session is None or plain is None:
            self._session = None
            return _refused(BAD_MESSAGING)
        return session.sealed(self._carried_out(plain))

    def _carried_out(self, command: CommandApdu) -> ResponseApdu:
        orders = {
            SELECT: self._select,
            READ_BINARY: self._read,
            bac.GET_CHALLENGE: self._give_challenge,
            bac.EXTERNAL_AUTHENTICATE: self._authenticate,
            pace.MANAGE_ENVIRONMENT: self._begin_pace,
            pace.GENERAL_AUTHENTICATE: self._go_on_with_pace,
        }
        order = orders.get(command.ins)
        return order(command) if order else _refused(NOT_KNOWN)

    # Files

    def _select(self, command: CommandApdu) -> ResponseApdu:
        self._file = None
        if command.p1 == BY_NAME:
            self._in_application = command.data == APPLICATION
            return _done() if self._in_application else _refused(NOT_FOUND)
        if command.p1 != BY_FILE:
            return _refused(NOT_KNOWN)  # as cards in the field answer SELECT MF
        file = int.from_bytes(command.data, "big")
        if file == lds.CARD_ACCESS and self.card.offers and not self._in_application:
            self._file = card_access(self.card.offers)
        elif self._session is None:
            return _refused(NOT_ALLOWED)
        elif self._in_application:
            self._file = self.card.files.get(file)
        return _done() if self._file is not None else _refused(NOT_FOUND)

    def _read(self, command: CommandApdu) -> ResponseApdu:
        if self._file is None:
            return _refused(NOT_ALLOWED)
        offset = command.p1 << 8 | command.p2
        if offset >= len(self._file):
            return _refused(BEYOND_END)
        awaited = command.le or 0
        data = self._file[offset : offset + awaited]
        return ResponseApdu(data, DONE if len(data) == awaited else END_OF_FILE)

    # BAC

    def _give_challenge(self, _command: CommandApdu) -> ResponseApdu:
        if not self._in_application:
            return _refused(NOT_ALLOWED)
        self._challenge = self.noise(bac.NONCE_BYTES)
        return ResponseApdu(self._challenge, DONE)

    def _authenticate(self, command: CommandApdu) -> ResponseApdu:
        challenge, self._challenge = self._challenge, b""
        keys = bac.document_keys(self.card.key)
        try:
            plain = bac.unsealed(keys, command.data)
        except ChipError:
            return _refused(WRONG_KEY)
        if not challenge or plain[8:16] != challenge:
            return _refused(WRONG_KEY)
        half = self.noise(bac.KEY_BYTES)
        answer = bac.sealed(keys, challenge + plain[:8] + half)
        session = bac.session(plain[16:], half)
        self._begin_session(session, bac.counter(challenge, plain[:8]))
        return ResponseApdu(answer, DONE)

    # PACE

    def _begin_pace(self, command: CommandApdu) -> ResponseApdu:
        said = tlv.by_tag(tlv.read_all(command.data))
        wanted = {tlv.oid(offer.protocol): offer for offer in reversed(self.card.offers)}
        offer = wanted.get(said[pace.MECHANISM].value) if pace.MECHANISM in said else None
        if pace.PARAMETERS in said and offer:
            number = said[pace.PARAMETERS].value[0]
            offer = pace.PaceInfo(offer.protocol, number)
        if offer is None or offer not in self.card.offers or pace.PASSWORD not in said:
            return _refused(WRONG_DATA)
        if self.card.refuses_pace:
            return _refused(NOT_ALLOWED)
        secrets_by_kind = {
            pace.PasswordKind.MRZ.value: pace.mrz_password(self.card.key).secret,
            pace.PasswordKind.CAN.value: pace.can_password(self.card.can).secret,
        }
        secret = secrets_by_kind.get(said[pace.PASSWORD].value[0], b"")
        if not secret:
            return _refused(WRONG_DATA)
        self._pace = _Pace(offer, secret)
        return _done()

    def _go_on_with_pace(self, command: CommandApdu) -> ResponseApdu:
        under_way, self._pace = self._pace, None
        if under_way is None:
            return _refused(NOT_ALLOWED)
        said = tlv.by_tag(tlv.read_one(command.data, pace.DYNAMIC).parts())
        if not said and not under_way.nonce:
            answer = self._give_nonce(under_way)
        elif pace.OUR_MAPPING in said and under_way.nonce and under_way.generator is None:
            answer = self._map(under_way, said[pace.OUR_MAPPING].value)
        elif pace.OUR_KEY in said and under_way.generator and under_way.keys is None:
            answer = self._agree(under_way, said[pace.OUR_KEY].value, under_way.generator)
        elif pace.OUR_TOKEN in said and under_way.keys:
            return self._prove(under_way, said[pace.OUR_TOKEN].value, under_way.keys)
        else:
            return _refused(WRONG_DATA)
        self._pace = under_way
        return answer

    def _give_nonce(self, under_way: _Pace) -> ResponseApdu:
        suite = under_way.offer.suite
        under_way.nonce = self.noise(16)
        key = derived(under_way.secret, FOR_PASSWORD, suite)
        return _dynamic(pace.NONCE, encrypted(suite, key, under_way.nonce))

    def _map(self, under_way: _Pace, said: bytes) -> ResponseApdu:
        curve = under_way.offer.curve
        scalar = pace.random_scalar(curve, self.noise)
        shared = curve.multiplied(scalar, curve.decoded(said))
        under_way.generator = pace.mapped(curve, under_way.nonce, shared)
        return _dynamic(pace.ITS_MAPPING, curve.encoded(curve.multiplied(scalar, curve.generator)))

    def _agree(self, under_way: _Pace, said: bytes, generator: Point) -> ResponseApdu:
        curve = under_way.offer.curve
        scalar = pace.random_scalar(curve, self.noise)
        under_way.its_key = curve.decoded(said)
        under_way.our_key = curve.multiplied(scalar, generator)
        under_way.keys = pace.agreed(curve, scalar, under_way.its_key, under_way.offer.suite)
        return _dynamic(pace.ITS_KEY, curve.encoded(under_way.our_key))

    def _prove(self, under_way: _Pace, said: bytes, keys: SessionKeys) -> ResponseApdu:
        our_key, its_key = under_way.our_key, under_way.its_key
        if our_key is None or its_key is None:
            return _refused(WRONG_DATA)
        if not hmac.compare_digest(pace.token(keys, under_way.offer, our_key), said):
            return _refused(WRONG_KEY)
        self._begin_session(keys, 0)
        return _dynamic(pace.ITS_TOKEN, pace.token(keys, under_way.offer, its_key))

    def _begin_session(self, keys: SessionKeys, counter: int) -> None:
        self._session = CardMessaging(keys, counter, self.card.garbles_macs)


def card_access(offers: tuple[pace.PaceInfo, ...]) -> bytes:
    """Return EF.CardAccess with these offers (ICAO 9303-11 §9.2)."""
    infos = []
    for offer in offers:
        values = [tlv.encode(tlv.OID, tlv.oid(offer.protocol)), tlv.encode(tlv.INTEGER, b"\x02")]
        if offer.parameters is not None:
            values.append(tlv.encode(tlv.INTEGER, bytes((offer.parameters,))))
        infos.append(tlv.encode(tlv.SEQUENCE, *values))
    return tlv.encode(tlv.SET, *infos)


def _done() -> ResponseApdu:
    return ResponseApdu(b"", DONE)


def _refused(status: int) -> ResponseApdu:
    return ResponseApdu(b"", status)


def _dynamic(tag: int, value: bytes) -> ResponseApdu:
    return ResponseApdu(tlv.encode(pace.DYNAMIC, tlv.encode(tag, value)), DONE)
