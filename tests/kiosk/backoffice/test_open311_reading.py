"""Answers of Open311 servers as they are: numbers for ids, nulls, lists of one, and bombs."""

import json
import tracemalloc
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from devices.contract.errors import MotcuaError
from kiosk.api.feedback import DataType
from kiosk.backoffice.errors import BadAnswerError
from kiosk.backoffice.open311_reading import (
    Plain,
    attribute,
    category,
    feedback,
    fields,
    listed,
    plain,
    reason,
)
from kiosk.domain.feedback import FeedbackState

# after the examples of GeoReport v2
SERVICES = b"""<?xml version="1.0" encoding="utf-8"?>
<services>
  <service>
    <service_code>001</service_code>
    <service_name>Cans left out 24x7</service_name>
    <description/>
    <metadata>true</metadata>
    <type>realtime</type>
    <keywords>lorem, ipsum, dolor</keywords>
    <group>sanitation</group>
  </service>
</services>"""
DEFINITION = b"""<service_definition><service_code>DMV66</service_code><attributes><attribute>
<variable>true</variable><code>WHISHETN</code><datatype>singlevaluelist</datatype>
<required>true</required><datatype_description></datatype_description><order>1</order>
<description>What is the number?</description><values>
<value><key>123</key><name>Ford</name></value><value><key>124</key><name>Chrysler</name></value>
</values></attribute></attributes></service_definition>"""
REQUEST: dict[str, Plain] = {
    "service_request_id": 638344,
    "status": "closed",
    "status_notes": "Duplicate request.",
    "service_name": "Sidewalk and Curb Issues",
    "service_code": "006",
    "description": None,
    "agency_responsible": None,
    "requested_datetime": "2010-04-14T06:37:38-08:00",
    "updated_datetime": "2010-04-14T06:37:38Z",
    "expected_datetime": "",
    "lat": "37.762221815",
}


def test_a_service_reads_alike_in_both_forms() -> None:
    in_json = b'[{"service_code": 1, "service_name": "x", "metadata": true, "description": null}]'
    (of_xml,) = listed(plain(SERVICES, "text/xml"))
    (of_json,) = listed(plain(in_json, "application/json"))
    assert category(of_xml).service_code == "001"
    assert category(of_xml).metadata
    assert category(of_json).service_code == "1"
    assert category(of_json).metadata
    assert category(of_json).description == ""


def test_it_is_utf_8_whatever_the_document_says() -> None:
    body = '<?xml version="1.0" encoding="x-none"?><services><service>ạ</service></services>'
    assert plain(body.encode(), "text/xml") == ["ạ"]


def test_a_definition_reads_with_its_values() -> None:
    told = fields(plain(DEFINITION, "text/xml"))
    (one,) = [attribute(of) for of in listed(told["attributes"])]
    assert (one.code, one.datatype, one.required, one.order) == (
        *("WHISHETN", DataType.SINGLE, True, 1),
    )
    assert [(value.key, value.name) for value in one.values] == [
        ("123", "Ford"),
        ("124", "Chrysler"),
    ]


def test_a_plain_servers_request_is_understood_without_the_extension() -> None:
    one = feedback(fields(plain(json.dumps([REQUEST]).encode(), "application/json")))
    assert (one.code, one.closed, one.state) == ("638344", True, None)
    assert one.answer == "Duplicate request."
    assert one.updated_at == datetime(2010, 4, 14, 6, 37, 38, tzinfo=UTC)
    assert (one.expected_at, one.overdue) == (None, None)


def test_the_extension_says_the_exact_state() -> None:
    extended: dict[str, Plain] = {"state": "more_needed", "overdue": True}
    more: dict[str, Plain] = {"status": "open", "status_notes": "[yêu cầu bổ sung] Gửi ảnh"}
    one = feedback({**REQUEST, **more, "extended_attributes": extended})
    assert (one.state, one.answer, one.overdue) == (FeedbackState.MORE_NEEDED, "Gửi ảnh", True)
    unknown = feedback({**REQUEST, "extended_attributes": {"state": "later"}})
    assert (unknown.state, unknown.closed) == (None, True)


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "pending"},
        {"status": None},
        {"service_request_id": ""},
        {"requested_datetime": "2010-04-14T06:37:38"},
        {"requested_datetime": "yesterday"},
    ],
)
def test_what_the_standard_does_not_allow_is_refused(changes: dict[str, str | None]) -> None:
    with pytest.raises(BadAnswerError):
        feedback({**REQUEST, **changes})


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]><services>&i;</services>"
).encode()


@pytest.mark.parametrize(
    "body",
    [
        BOMB,
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><services/>',
        b"<a>" * 5000,
        b"<services>",
        b"",
        b"\xff\xfe",
    ],
)
def test_xml_that_harms_or_breaks_is_refused(body: bytes) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(BadAnswerError):
            listed(plain(body, "text/xml"))
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


@given(some.binary(max_size=200), some.sampled_from(["text/xml", "application/json", ""]))
def test_anything_at_all_is_read_or_refused(body: bytes, media_type: str) -> None:
    for kind in (category, attribute, feedback):
        try:
            for one in listed(plain(body, media_type)):
                kind(one)
        except MotcuaError:
            continue


def test_a_refusal_gives_its_reasons() -> None:
    in_xml = (
        b"<errors><error><code>400</code><description>lat: wrong</description></error></errors>"
    )
    in_json = b'[{"code": 400, "description": "a"}, {"code": 400, "description": "b"}]'
    assert reason(in_xml, "text/xml") == "lat: wrong"
    assert reason(in_json, "application/json") == "a; b"
    assert reason(b"<html>", "text/html") == ""
