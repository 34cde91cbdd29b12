"""docs/catalogue.md and its Vietnamese sister are true to the program."""

import re
from pathlib import Path
from typing import get_args

import pytest

from devices.contract.config import parse_toml
from kiosk.catalogue.files import Head
from kiosk.catalogue.procedure import (
    Government,
    Handling,
    OnlineLevel,
    PaperKind,
    Procedure,
    System,
)
from kiosk.domain.deadline import TimeUnit
from kiosk.domain.fees import Fee, FeeRule, Group

GUIDES = [Path("docs/catalogue.md"), Path("docs/vi/danh-muc-thu-tuc.md")]
TOLD = [path.read_text(encoding="utf-8") for path in GUIDES]
BLOCKS = re.findall(r"```toml\n(.*?)```", TOLD[0], re.DOTALL)
KINDS = [rule.__struct_config__.tag for rule in get_args(FeeRule)]
WORDS = [
    *(word for kind in (Government, Handling, OnlineLevel, PaperKind, System) for word in kind),
    *TimeUnit,
    *Group,
    *KINDS,
]


def test_the_guides_files_are_right() -> None:
    head, row = BLOCKS[:2]
    assert parse_toml(head, Head).withdrawn == ("1.001776",)
    assert parse_toml(row, Procedure).fees_on(parse_toml(row, Procedure).data_date, "qua-han")


def test_the_rules_of_the_vietnamese_guide_are_right() -> None:
    rules = re.findall(r"`(rule = .*?)` \|", TOLD[1])
    assert len(rules) == len(KINDS) - 1
    for rule in rules:
        parse_toml(f'names = {{ vi = "Phí" }}\n{rule}', Fee)


@pytest.mark.parametrize("guide", TOLD, ids=[path.stem for path in GUIDES])
def test_every_key_and_word_of_a_file_is_in_both(guide: str) -> None:
    keys = set(Procedure.__struct_fields__) - {"valid_from", "valid_to", "sample", "icon"}
    keys -= {"summary", "note"}  # the Vietnamese guide is for what must be filled in
    missing = [word for word in (*keys, *WORDS) if not re.search(rf"\b{word}\b", guide)]
    assert missing == []
