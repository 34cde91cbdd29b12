"""Syslog messages (RFC 5424), framed by their length (RFC 5425 §4.3.1). Pure."""

from datetime import UTC, datetime

_NIL = "-"
_AUDIT_FACILITY = 13  # log audit
_BOM = b"\xef\xbb\xbf"
_SEVERITIES = ((9, 2), (7, 3), (6, 4), (4, 5))  # CEF's from so much upwards -> syslog's
_INFORMATIONAL = 6
_LONGEST = {"host": 255, "application": 48, "process": 128, "kind": 32}


def message(
    text: str,
    *,
    at: datetime,
    host: str,
    application: str,
    process: str,
    kind: str,
    cef_severity: int,
) -> bytes:
    """Return a message in UTF-8 with its byte order mark; names are cut to their lengths."""
    priority = _AUDIT_FACILITY * 8 + next(
        (level for least, level in _SEVERITIES if cef_severity >= least), _INFORMATIONAL
    )
    names = {"host": host, "application": application, "process": process, "kind": kind}
    head = " ".join(_name(value, _LONGEST[key]) for key, value in names.items())
    stamp = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return f"<{priority}>1 {stamp} {head} {_NIL} ".encode("ascii") + _BOM + text.encode()


def frame(told: bytes) -> bytes:
    """Return a message with its length before it."""
    return b"%d %s" % (len(told), told)


def _name(value: str, most: int) -> str:
    """Return printable ASCII without spaces (RFC 5424 §6), or the nil value."""
    return "".join(one for one in value if "!" <= one <= "~")[:most] or _NIL
