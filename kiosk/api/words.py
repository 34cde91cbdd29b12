"""What all HTTP bodies of a site are made of. Requests refuse unknown keys; answers may grow."""

from typing import Annotated

import msgspec

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+(?!\n)$")]
Names = dict[str, str]
"""Texts by language code; `vi` is always there."""


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of request bodies."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Base of answer bodies."""


class Problem(Answer, frozen=True, kw_only=True):
    """Every error's body: a code for machines, a sentence for people, and whether to try again."""

    code: str
    text: str
    retry: bool = False
