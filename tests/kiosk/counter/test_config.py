import pytest

from devices.contract.config import BadConfigError, parse_toml
from devices.web.pin import hash_pin, is_pin
from kiosk.counter.config import CounterConfig
from tests.kiosk.counter.site import PIN, SAMPLE


def problems(text: str) -> str:
    with pytest.raises(BadConfigError) as caught:
        parse_toml(text, CounterConfig)
    return "\n".join(map(str, caught.value.problems))


def changed(*pairs: tuple[str, str]) -> str:
    text = SAMPLE.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def test_the_sample_is_a_commune_with_five_services_and_three_counters_and_says_so() -> None:
    """G-6: made-up data carries its label."""
    config = parse_toml(SAMPLE.read_text(encoding="utf-8"), CounterConfig)
    assert (len(config.services), len(config.counters)) == (5, 3)
    assert config.sample_data
    assert is_pin(PIN, config.counters[0].pin_hash)


def test_every_error_is_named_at_once() -> None:
    told = problems(
        changed(
            ('prefix = "A"', 'prefix = "U"'),
            ("number = 1\n", "number = 0\n"),
            ("rating_scale = 3", "rating_scale = 99"),
        )
    )
    for key in ("services[0].prefix", "counters[0].number", "rating_scale"):
        assert key in told


def test_what_does_not_fit_together_is_refused() -> None:
    told = problems(
        changed(
            ('services = ["ho-tich", "chung-thuc"]', 'services = ["ho-tich", "lam-phuc"]'),
            ("number = 3", "number = 2"),
            ('host = "127.0.0.1"\nport = 8080', 'host = "0.0.0.0"\nport = 8080'),
        )
    )
    for word in ("lam-phuc", "counter numbers", "site_key"):
        assert word in told


def test_a_pin_is_kept_as_a_salted_hash() -> None:
    first, second = hash_pin("1357"), hash_pin("1357")
    assert first != second
    assert "1357" not in first
    assert is_pin("1357", first)
    assert not is_pin("1358", first)


@pytest.mark.parametrize(
    ("old", "new"),
    [("$16384$", "$16383$"), ("$8$1$", "$8192$1$"), ("$8$1$28", "$8$1$2"), ("e87", "e8")],
)
def test_a_hash_no_pin_can_be_judged_by_is_refused_at_the_start(old: str, new: str) -> None:
    """Else the officer would learn of it, as an error of ours at each sign-in."""
    site, mark, counters = SAMPLE.read_text(encoding="utf-8").partition("[[counters]]")
    assert old in counters
    assert "counters.1.pin_hash" in problems(site + mark + counters.replace(old, new, 1))
