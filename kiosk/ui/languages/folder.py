"""What a language pack holds: `pack.toml`, and files beside it (docs/languages.md)."""

from typing import Annotated

import msgspec

from devices.contract.afar import LanguageFolder
from devices.contract.config import Config

HEAD = "pack.toml"
AUDIO = "audio"
PICTOGRAMS = "pictograms"
PLACEHOLDERS = "PLACEHOLDERS.txt"
"""Stands among recordings that nobody has spoken yet."""

MOST_BYTES = 512 * 1024
MOST_TEXT = 400

File = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
Told = Annotated[str, msgspec.Meta(max_length=MOST_TEXT)]


class FaceFiles(Config, frozen=True, kw_only=True):
    """The files of a script's face, inside the folder."""

    regular: File
    bold: File = ""


class Head(Config, frozen=True, kw_only=True):
    """`pack.toml`. `name` is the language's own; `sample` says what is not yet to be trusted.

    `faces` are by script, as Unicode's letters begin (`CHAM`); `words` by flow and key.
    """

    code: Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}\Z")]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    sample: Annotated[str, msgspec.Meta(max_length=200)] = ""
    faces: dict[Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2,20}\Z")], FaceFiles] = msgspec.field(
        default_factory=dict
    )
    words: dict[str, dict[str, Told | dict[str, Told]]] = msgspec.field(default_factory=dict)


class LanguagesConfig(Config, frozen=True, kw_only=True):
    """Which language packs a kiosk offers, beside Vietnamese and English, in this order.

    At most as many as fit beside them on a page.
    """

    folders: Annotated[tuple[LanguageFolder, ...], msgspec.Meta(max_length=4)] = ()
