"""PACE against ICAO 9303-11 Appendix G.1, byte for byte; the curves against OpenSSL."""

import contextlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.chip import pace, tlv
from devices.chip.apdu import Noise
from devices.chip.curves import CURVES, Curve, Point
from devices.chip.errors import (
    BadAnswerError,
    RefusedByChipError,
    WrongKeyError,
    WrongMacError,
)
from devices.chip.keys import FOR_PASSWORD, Suite, decrypted, derived
from devices.chip.pace import PaceInfo
from tests.devices.chip import icao
from tests.devices.chip.icao import Script, gives, raw

OFFER = PaceInfo("0.4.0.127.0.7.2.2.4.2.2", 13)
CURVE = CURVES[13]
OPENSSL: dict[str, ec.EllipticCurve] = {
    "secp224r1": ec.SECP224R1(),
    "secp256r1": ec.SECP256R1(),
    "secp384r1": ec.SECP384R1(),
    "secp521r1": ec.SECP521R1(),
    "brainpoolP256r1": ec.BrainpoolP256R1(),
    "brainpoolP384r1": ec.BrainpoolP384R1(),
    "brainpoolP512r1": ec.BrainpoolP512R1(),
}


def the_standards_noise() -> Noise:
    return gives(icao.G_MAP_IFD, icao.G_KEY_IFD)


def test_the_password_of_the_zone_and_its_key_are_the_standards() -> None:
    password = pace.mrz_password(icao.G_KEY)
    assert password.secret == icao.G_PASSWORD
    assert derived(password.secret, FOR_PASSWORD, Suite.AES128) == icao.G_K_PASSWORD
    assert decrypted(Suite.AES128, icao.G_K_PASSWORD, icao.G_SEALED_NONCE) == icao.G_NONCE


def test_the_nonce_is_mapped_to_the_standards_generator() -> None:
    its_key = CURVE.multiplied(int.from_bytes(icao.G_MAP_IC, "big"), CURVE.generator)
    shared = CURVE.multiplied(int.from_bytes(icao.G_MAP_IFD, "big"), its_key)
    assert CURVE.encoded(shared).hex().upper() == icao.G_SHARED
    assert CURVE.encoded(pace.mapped(CURVE, icao.G_NONCE, shared)).hex().upper() == icao.G_GENERATOR


def test_a_chip_is_opened_with_the_standards_commands() -> None:
    chip = Script(*icao.G_PACE)
    session = pace.opened(chip, OFFER, pace.mrz_password(icao.G_KEY), noise=the_standards_noise())
    assert chip.is_told
    assert session.suite is Suite.AES128


def test_the_sessions_keys_are_the_standards() -> None:
    its_key = CURVE.decoded(raw(icao.G_PACE[3][1])[4:-2])
    scalar = int.from_bytes(icao.G_KEY_IFD, "big")
    keys = pace.agreed(CURVE, scalar, its_key, Suite.AES128)
    assert (keys.encryption, keys.mac) == (icao.G_KS_ENC, icao.G_KS_MAC)


def test_the_curves_number_is_told_where_a_chip_offers_several() -> None:
    first = ("0022C1A412800A04007F0007020204020283010184010D", "9000")
    chip = Script(first, *icao.G_PACE[1:])
    pace.opened(
        chip,
        OFFER,
        pace.mrz_password(icao.G_KEY),
        says_parameters=True,
        noise=the_standards_noise(),
    )
    assert chip.is_told


@pytest.mark.parametrize(
    ("at", "answer", "error"),
    [
        (0, "6982", RefusedByChipError),
        (1, "6982", RefusedByChipError),
        (1, "7C0280009000", BadAnswerError),
        (2, icao.G_PACE[2][1].replace("824FBA", "824FBB"), BadAnswerError),
        (
            2,
            icao.G_PACE[2][0].replace("10860000457C438141", "7C438241")[:-2] + "9000",
            BadAnswerError,
        ),
        (
            3,
            icao.G_PACE[3][0].replace("10860000457C438341", "7C438441")[:-2] + "9000",
            BadAnswerError,
        ),
        (3, "7C009000", BadAnswerError),
        (4, "6300", WrongKeyError),
        (4, "6983", WrongKeyError),
        (4, "7C0A86083ABB9674BCE93C099000", WrongMacError),
    ],
)
def test_a_chip_that_does_not_prove_itself_is_not_believed(
    at: int, answer: str, error: type[Exception]
) -> None:
    """Also one that sends a point off the curve, or gives us our own key back."""
    exchanges = [*icao.G_PACE[:at], (icao.G_PACE[at][0], answer)]
    with pytest.raises(error):
        pace.opened(
            Script(*exchanges),
            OFFER,
            pace.mrz_password(icao.G_KEY),
            noise=the_standards_noise(),
        )


@pytest.mark.parametrize(
    "curve", [c for c in CURVES.values() if c.name in OPENSSL], ids=lambda c: c.name
)
@settings(max_examples=3)
@given(scalar=st.integers(1, 2**200))
def test_points_are_those_of_openssl(curve: Curve, scalar: int) -> None:
    theirs = ec.derive_private_key(scalar, OPENSSL[curve.name]).public_key().public_numbers()
    assert curve.multiplied(scalar, curve.generator) == Point(theirs.x, theirs.y)


@pytest.mark.parametrize("curve", CURVES.values(), ids=lambda c: c.name)
def test_a_curves_numbers_agree_with_each_other(curve: Curve) -> None:
    last = curve.multiplied(curve.n - 1, curve.generator)
    assert curve.holds(curve.generator)
    assert last == Point(curve.generator.x, curve.p - curve.generator.y)
    double = curve.added(curve.generator, curve.generator)
    assert double == curve.multiplied(2, curve.generator)
    with pytest.raises(BadAnswerError):
        curve.added(curve.generator, last)
    with pytest.raises(BadAnswerError):
        curve.multiplied(curve.n, curve.generator)


def card_access(*offers: PaceInfo) -> bytes:
    infos = [
        tlv.encode(
            tlv.SEQUENCE,
            tlv.encode(tlv.OID, tlv.oid(offer.protocol)),
            tlv.encode(tlv.INTEGER, b"\x02"),
            b""
            if offer.parameters is None
            else tlv.encode(tlv.INTEGER, bytes((offer.parameters,))),
        )
        for offer in offers
    ]
    return tlv.encode(tlv.SET, *infos)


def test_the_standards_offer_is_read() -> None:
    """Appendix G.1: the SecurityInfos of the worked example."""
    assert pace.offers_of(raw("31143012060A04007F0007020204020202010202010D")) == (OFFER,)


def test_the_strongest_way_that_we_know_is_taken() -> None:
    weak = PaceInfo("0.4.0.127.0.7.2.2.4.2.1", 13)
    strong = PaceInfo("0.4.0.127.0.7.2.2.4.2.4", 13)
    finite_field = PaceInfo("0.4.0.127.0.7.2.2.4.1.4", 2)
    odd_curve = PaceInfo("0.4.0.127.0.7.2.2.4.2.4", 9)
    own_curve = PaceInfo("0.4.0.127.0.7.2.2.4.2.4", None)
    access = card_access(weak, finite_field, strong, OFFER, odd_curve, own_curve)
    assert pace.best_of(pace.offers_of(access)) == strong
    assert pace.best_of(pace.offers_of(card_access(finite_field, odd_curve, own_curve))) is None
    assert pace.best_of(()) is None


@given(st.binary(max_size=120))
def test_any_card_access_is_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(BadAnswerError):
        pace.offers_of(data)
    with contextlib.suppress(BadAnswerError):
        pace.offers_of(tlv.encode(tlv.SET, tlv.encode(tlv.SEQUENCE, data[:100])))
