"""docs/asyncapi.yaml is what the structs say, and its examples are what both sides accept."""

from functools import reduce
from pathlib import Path
from typing import Any, get_args

import jsonschema
import msgspec
import pytest
import yaml

from devices.board.messages import AnyBoardEvent
from devices.contract.errors import BadPayloadError
from devices.contract.message import JournalEntry, Message, decode
from devices.contract.topics import Leaf, parse
from kiosk.messages import AnyKioskEvent
from tests.counterparts.asyncapi import asyncapi_schema
from tests.house.bus_document import CHANNELS, document
from vc.messages import AnyConferenceEvent

WRITTEN: dict[str, Any] = yaml.safe_load(Path("docs/asyncapi.yaml").read_text(encoding="utf-8"))
STRUCTS = {type(example).__name__: type(example) for c in CHANNELS.values() for example in c[3]}
EXAMPLES = [
    (channel, name, example["payload"])
    for channel, described in WRITTEN["channels"].items()
    for name, message in described["messages"].items()
    for example in message["examples"]
]


def test_the_file_is_what_the_structs_say() -> None:
    """Mend with `python -m tests.house.bus_document docs/asyncapi.yaml`."""
    assert document() == WRITTEN


@pytest.mark.real
def test_the_file_is_asyncapi_3() -> None:
    schema = asyncapi_schema("3.0.0")
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in validator.iter_errors(WRITTEN)] == []
    broken = WRITTEN | {"channels": {"x": {"address": 3}}}
    assert list(validator.iter_errors(broken)), "the schema accepts anything"


@pytest.mark.parametrize(("channel", "name", "payload"), EXAMPLES)
def test_an_example_is_read_by_its_struct_and_accepted_by_its_schema(
    channel: str, name: str, payload: dict[str, Any]
) -> None:
    kind = STRUCTS[name]
    assert issubclass(kind, Message)
    read = decode(msgspec.json.encode(payload), kind)
    assert msgspec.json.decode(msgspec.json.encode(read)) == payload
    schema = {"$ref": f"#/components/schemas/{name}", "components": WRITTEN["components"]}
    jsonschema.validate(payload, schema)
    with pytest.raises((BadPayloadError, jsonschema.ValidationError)):
        jsonschema.validate(payload | {"type": "something.else"}, schema)
    assert channel in WRITTEN["channels"]


def test_every_event_of_the_house_has_an_example() -> None:
    shown = {
        payload["event"]["type"] for _, name, payload in EXAMPLES if STRUCTS[name] is JournalEntry
    }
    unions = (AnyKioskEvent, AnyConferenceEvent, AnyBoardEvent)
    kinds = [kind for union in unions for kind in get_args(union)]
    assert shown == {kind.__struct_config__.tag for kind in kinds}


def test_every_leaf_of_the_topics_is_described() -> None:
    addresses = [
        c["address"].replace("{box}", "a").replace("{part}", "b")
        for c in WRITTEN["channels"].values()
    ]
    found = reduce(lambda seen, topic: seen | {parse(topic).leaf}, addresses, set[Leaf]())
    assert found == set(Leaf)
