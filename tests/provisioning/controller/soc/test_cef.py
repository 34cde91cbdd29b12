"""CEF text and RFC 5424 messages."""

import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from provisioning.controller.accounts.chain import GENESIS, AuditRecord, linked
from provisioning.controller.soc.cef import cef, severity
from provisioning.controller.soc.syslog import frame, message

AT = "2026-11-23T01:00:00.250000+00:00"
NOW = datetime(2026, 11, 23, 1, 0, 0, 250_000, tzinfo=UTC)
_PAIR = re.compile(r"(?:^| )(\w+)=((?:\\.|[^=\\])*?)(?= \w+=|$)", re.DOTALL)


def record(
    action: str = "session.refused", subject: str = "kỹ-thuật", detail: str = ""
) -> AuditRecord:
    return linked(
        GENESIS, number=7, at=AT, actor="an", action=action, subject=subject, detail=detail
    )


def read(line: str) -> tuple[list[str], dict[str, str]]:
    """Read CEF as a collector does."""
    head = re.split(r"(?<!\\)\|", line, maxsplit=7)
    pairs = {
        key: re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], value)
        for key, value in _PAIR.findall(head[7])
    }
    return head[:7], pairs


def test_a_record_is_one_line_of_cef() -> None:
    line = cef(record(detail="3 lần"), "1.2")
    head, pairs = read(line)
    assert head == [
        *("CEF:0", "motcua-edge", "controller", "1.2"),
        *("session.refused", "session refused", "6"),
    ]
    assert (pairs["suser"], pairs["cs1"], pairs["msg"]) == ("an", "kỹ-thuật", "3 lần")
    assert (pairs["rt"], pairs["externalId"]) == (str(int(NOW.timestamp() * 1000)), "7")
    assert severity("audit.broken") > severity("session.refused") > severity("session.begun")


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_text_forges_a_field_or_a_line(subject: str, detail: str) -> None:
    line = cef(record("box.retired", subject, detail), "1")
    assert "\n" not in line
    assert "\r" not in line
    head, pairs = read(line)
    assert head[6] == str(severity("box.retired"))
    assert set(pairs) <= {
        *("externalId", "rt", "suser", "act", "cs1Label", "cs1", "cs2Label", "cs2", "msg")
    }


def test_a_message_is_that_of_rfc_5424_in_a_frame_of_rfc_5425() -> None:
    told = message(
        "chào",
        at=NOW,
        host="tỉnh 1",
        application="motcua-controller",
        process="",
        kind="session.refused",
        cef_severity=6,
    )
    assert told == (
        b"<108>1 2026-11-23T01:00:00.250000Z tnh1 motcua-controller - session.refused - "
        b"\xef\xbb\xbfch\xc3\xa0o"
    )
    assert frame(told) == b"%d " % len(told) + told
