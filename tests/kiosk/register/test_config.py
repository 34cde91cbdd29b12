import pytest

from devices.contract.config import BadConfigError, parse_toml
from devices.web.pin import is_pin
from kiosk.register.config import RegisterConfig
from kiosk.register.simulated import SAMPLE, SECRET


def problems(*pairs: tuple[str, str]) -> str:
    text = SAMPLE.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    with pytest.raises(BadConfigError) as caught:
        parse_toml(text, RegisterConfig)
    return "\n".join(map(str, caught.value.problems))


def test_the_sample_is_a_commune_that_says_it_is_made_up() -> None:
    """G-6."""
    config = parse_toml(SAMPLE.read_text(encoding="utf-8"), RegisterConfig)
    assert config.sample_data
    assert all(is_pin(SECRET, one.password_hash) for one in config.officers)
    assert {one.id for one in config.clients} == {"gio-linh-counter", "bank"}


def test_every_error_is_named_at_once() -> None:
    told = problems(
        ('role = "head"', 'role = "chief"'),
        ('code = "H50.34"', 'code = "50.34"'),
        ("8090\n", "-1\n"),
    )
    for key in ("officers[2].role", "agency.code", "http.port"):
        assert key in told


def test_what_does_not_fit_together_is_refused() -> None:
    told = problems(
        ('host = "127.0.0.1"', 'host = "0.0.0.0"'),
        ('role = "head"\n', ""),
        ('unit = "tu-phap"', 'unit = "nowhere"'),
        ('id = "bank"', 'id = "gio-linh-counter"'),
        ("scrypt$16384$8$1$", "scrypt$16383$8$1$"),
    )
    for part in ("http.tls", "'head'", "'nowhere'", "clients: 'gio-linh-counter'", "officers.hoa"):
        assert part in told
