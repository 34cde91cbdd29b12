"""What may be said of a chip reader from afar, and what the bus lets through."""

import msgspec
import pytest

from devices.chip.messages import ReadChip
from devices.config import DevicesConfig
from devices.contract.afar import judge_afar
from devices.contract.config import parse_toml
from devices.contract.errors import BadPayloadError
from devices.contract.message import decode, encode


def config(driver: str) -> DevicesConfig:
    return parse_toml(f'box = "b"\n[chip]\n{driver}', DevicesConfig)


def test_no_box_reads_chips_unless_it_is_told_to() -> None:
    assert parse_toml('box = "b"', DevicesConfig).chip is None


def test_from_afar_nobody_says_whose_signature_is_known() -> None:
    assert judge_afar(config('driver = "pcsc"'), trials=False) == []
    elsewhere = config('driver = "pcsc"\ncsca_folder = "/tmp/csca"')
    assert [one.key for one in judge_afar(elsewhere, trials=False)] == ["chip.csca_folder"]
    twin = config('driver = "simulated"')
    assert [one.key for one in judge_afar(twin, trials=False)] == ["chip.driver"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "04519000123"},
        {"number": "19000123a"},
        {"number": "190001234\n"},
        {"birth": "9005201"},
        {"birth": "٩٠٠٥٢٠"},
        {"expiry": "30-5-20"},
        {"can": "12345"},
    ],
)
def test_an_order_with_numbers_that_no_card_has_is_refused(wrong: dict[str, str]) -> None:
    """G-5: digits are ASCII digits."""
    right = {"type": "chip.read", "number": "190001234", "birth": "900520", "expiry": "300520"}
    assert decode(msgspec.json.encode(right), ReadChip).number == "190001234"
    with pytest.raises(BadPayloadError) as refusal:
        decode(msgspec.json.encode(right | wrong), ReadChip)
    assert not any(value in refusal.value.sentence for value in wrong.values())


def test_an_order_travels_and_shows_nothing() -> None:
    order = ReadChip(number="045190001234", birth="900520", expiry="300520", can="001234")
    assert decode(encode(order), ReadChip) == order
    assert repr(order) == "ReadChip(...)"
