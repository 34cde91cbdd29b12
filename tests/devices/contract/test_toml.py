"""What is written as TOML is read back as it was."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.config import DevicesConfig
from devices.contract.config import parse_toml
from devices.contract.toml import as_toml, document_as_toml
from devices.printer.simulated import SimulatedPrinterConfig

SCALARS = (
    st.booleans()
    | st.integers(min_value=-(2**63), max_value=2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(st.text(max_size=8), VALUES, max_size=5)


@given(DOCUMENTS)
def test_any_document_is_read_back_as_it_was(document: dict[str, Any]) -> None:
    assert tomllib.loads(document_as_toml(document)) == document


def test_a_configuration_is_read_back_with_its_defaults() -> None:
    config = DevicesConfig(box="box-1", site="Phường Mẫu", printer=SimulatedPrinterConfig())
    assert parse_toml(as_toml(config), DevicesConfig) == config


def test_tables_stand_under_headings_as_people_write_them() -> None:
    document = {"box": "b", "http": {"port": 8080}, "services": [{"id": "a"}, {"id": "b"}]}
    assert document_as_toml(document) == (
        'box = "b"\n\n[http]\nport = 8080\n\n[[services]]\nid = "a"\n\n[[services]]\nid = "b"\n'
    )


def test_what_toml_cannot_say_is_refused_by_its_reader() -> None:
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(document_as_toml({"languages": ["vi", None]}))
