"""What settings from afar may not say, though somebody at the box may. Pure.

A driver for demos and tests says that it is one (`Config.for_trials`); a key that names a place of
the machine says which places may be named from afar (`DevicePath`, ...). The part itself judges.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Any, get_args

import msgspec

from devices.contract.config import Config, Problem

_PLACE, _WHAT = "afar", "what"
_NODE = r"[A-Za-z0-9][A-Za-z0-9_.:+@-]*"


def _place(pattern: str, what: str) -> msgspec.Meta:
    return msgspec.Meta(extra={_PLACE: re.compile(pattern), _WHAT: what})


DevicePath = Annotated[
    str,
    _place(
        r"/dev/(?:usb/lp\d+|lp\d+|tty[A-Z][A-Za-z]*\d+|input/event\d+|video\d+|gpiochip\d+"
        rf"|(?:serial|input|v4l)/by-(?:id|path)/{_NODE})",
        "a device under /dev (/dev/usb/lp0, /dev/serial/by-id/...)",
    ),
]
"""A printer, scanner, camera or board: never a disk, nor a file."""
SoundName = Annotated[
    str,
    _place(
        r"(?!file\b|tee\b)[A-Za-z0-9_]+(?::[A-Za-z0-9_=,.-]+)?",
        "a sound card's name (default, plughw:CARD=...)",
    ),
]
"""ALSA's name of a card, without its plug-ins that write files."""
VoiceFolder = Annotated[
    str,
    _place(
        rf"/(?:var/lib/motcua|usr/share|usr/local/share)(?:/{_NODE})+",
        "a folder under /var/lib/motcua or /usr/share",
    ),
]
"""Recordings that are read."""
LanguageFolder = Annotated[
    str,
    _place(
        rf"/(?:var/lib/motcua|usr/share|usr/local/share)(?:/{_NODE})+",
        "a folder under /var/lib/motcua or /usr/share",
    ),
]
"""A language pack that is read."""
CatalogueFolder = Annotated[
    str,
    _place(
        rf"|/(?:var/lib/motcua|usr/share|usr/local/share)(?:/{_NODE})+",
        "a folder under /var/lib/motcua or /usr/share, or none",
    ),
]
"""Procedures that are read; empty: none."""
SecretPath = Annotated[
    str,
    _place(rf"/etc/motcua/secrets/{_NODE}", "a file in /etc/motcua/secrets"),
]
"""A secret that is shown to a system whose address also comes from afar: never another file."""
SoundCards = Annotated[str, _place(r"/proc/asound", "/proc/asound")]
"""Where the kernel lists sound cards."""

FirmwareKeys = Annotated[str, _place(r"/etc/motcua/firmware-keys", "/etc/motcua/firmware-keys")]
"""Whose firmware a board takes; who that is, the box alone decides."""

CscaFolder = Annotated[str, _place(r"/etc/motcua/csca", "/etc/motcua/csca")]
"""Whose signature over an identity card's chip is known; that too the box alone decides."""

ScanFolder = Annotated[str, _place(r"/run/motcua-devices/scans", "/run/motcua-devices/scans")]
"""Citizens' papers while they are scanned: in the device process's own memory, nowhere else."""


DraftKeyFolder = Annotated[str, _place(r"/run/motcua-counter/drafts", "/run/motcua-counter/drafts")]
"""What opens citizens' prepared dossiers: in the counter server's own memory, nowhere else."""


def judge_afar(config: Config, *, trials: bool) -> list[Problem]:
    """Return what is wrong with a right configuration when it comes from afar.

    `trials`: the box itself allows drivers for demos and tests.
    """
    return list(_judge(config, "", trials=trials))


def _judge(value: object, key: str, *, trials: bool) -> Iterator[Problem]:
    if isinstance(value, Config) and value.for_trials and not trials:
        tag = value.__struct_config__
        yield Problem(
            _join(key, tag.tag_field or ""),
            f"{tag.tag!r} is for demos and tests, and this box does not allow it"
            " (settings.allow_simulated)",
        )
    elif isinstance(value, msgspec.Struct):
        for field in msgspec.structs.fields(value):
            inner, at = getattr(value, field.name), _join(key, field.encode_name)
            yield from _misplaced(inner, field.type, at)
            yield from _judge(inner, at, trials=trials)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _judge(inner, _join(key, str(name)), trials=trials)
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from _judge(inner, f"{key}[{number}]", trials=trials)


def _misplaced(value: object, annotation: Any, key: str) -> Iterator[Problem]:
    for meta in get_args(annotation)[1:]:
        place = (meta.extra or {}) if isinstance(meta, msgspec.Meta) else {}
        if _PLACE in place and not place[_PLACE].fullmatch(str(value)):
            yield Problem(key, f"from afar only {place[_WHAT]}")


def _join(key: str, name: str) -> str:
    return f"{key}.{name}" if key and name else key or name
