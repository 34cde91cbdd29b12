"""The pages' words: both languages whole, every code of a refusal translated, nothing inline."""

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest

from devices.contract.errors import BadTopicError, MotcuaError
from vc import acts
from vc.acts import Role
from vc.media import quality
from vc.server.conference import errors, who_may
from vc.server.pages.routes import SECURE, STATIC
from vc.state import Layout, Line, Phase, RequestStatus

SCRIPTS = {path.relative_to(STATIC).as_posix(): path.read_text() for path in STATIC.rglob("*.js")}
CODE = "\n".join(text for name, text in SCRIPTS.items() if not name.startswith("words/"))


ANSWERED = (
    "devices.contract.errors",
    "devices.contract.message",
    "devices.web",
    "vc.engine",
    "vc.rtp",
    "vc.server",
    "vc.signaling",
)
"""Where the errors are that reach a page."""


def words(language: str) -> dict[str, str]:
    return dict(
        re.findall(r'^  "([^"]+)": "(.+)",$', SCRIPTS[f"words/{language}.js"], re.MULTILINE)
    )


def test_every_word_is_in_both_languages() -> None:
    vi, en = words("vi"), words("en")
    assert len(vi) > 300
    assert vi.keys() == en.keys()
    assert [
        key for key in vi if "{" in vi[key] and set(_holes(vi[key])) != set(_holes(en[key]))
    ] == []


def test_every_word_that_a_page_says_is_known() -> None:
    said = set(re.findall(r'\bt\("([^"]+)"', CODE))
    said |= {
        key for pair in re.findall(r'\bt\([^"`)]*\? "([^"]+)" : "([^"]+)"', CODE) for key in pair
    }
    assert len(said) > 200
    assert said - words("vi").keys() == set()


@pytest.mark.parametrize(
    ("family", "kind"),
    [
        ("line", Line),
        ("phase", Phase),
        ("layout", Layout),
        ("request", RequestStatus),
        ("role", Role),
    ],
)
def test_every_value_of_a_state_has_its_word(family: str, kind: type[StrEnum]) -> None:
    assert {f"{family}.{value}" for value in kind} <= words("vi").keys()


def test_every_refusal_of_the_rules_and_every_alarm_is_told_in_words() -> None:
    refusals = {
        f"error.{one.code}"
        for one in vars(errors).values()
        if isinstance(one, type)
        if issubclass(one, errors.RuleError)
    }
    alarms = {
        f"trouble.{value}"
        for name, value in vars(quality).items()
        if name.isupper() and isinstance(value, str)
    }
    assert len(refusals) > 20
    assert len(alarms) > 5
    assert (refusals | alarms) - words("vi").keys() == set()


def test_every_error_that_the_server_can_answer_is_told_in_words() -> None:
    """A code's own words, or its family's (`error.sdp`)."""
    codes = {one.code for one in _kinds(MotcuaError) if one.__module__.startswith(ANSWERED)}
    codes -= {BadTopicError.code}  # of the bus alone
    assert {"conference.seat_taken", "sdp.no_common_codec", "bus.line_down"} < codes
    told = words("vi").keys()
    families = {code: f"error.{code.partition('.')[0]}" for code in codes}
    assert [code for code in codes if not {f"error.{code}", families[code]} & told] == []


def test_the_console_greys_out_what_the_rules_would_refuse_the_operator() -> None:
    """VC-5: the operator runs the technique, the chair decides."""
    told = re.search(r"ONLY_CHAIR = new Set\(\[(.*?)\]\)", SCRIPTS["core/model.js"], re.DOTALL)
    assert told
    greyed = set(re.findall(r'"(\w+)"', told.group(1)))
    deny = {
        kind.__struct_config__.tag
        for kind, roles in who_may.WHO_MAY.items()
        if Role.CHAIR in roles and Role.OPERATOR not in roles
    }
    assert greyed == deny - {acts.CastVote.__struct_config__.tag}  # shown to the chair alone


def test_no_script_makes_markup_of_data() -> None:
    forbidden = ("innerHTML", "outerHTML =", "insertAdjacentHTML", "document.write", "eval(")
    assert [word for word in forbidden if word in CODE] == []
    pages = [path.read_text() for path in (STATIC.parent / "templates").glob("*.html")]
    assert pages
    assert [
        page for page in pages if re.search(r"<script(?![^>]* src=)|<style|\son\w+=", page)
    ] == []
    assert "unsafe" not in SECURE["Content-Security-Policy"]


def test_a_page_asks_nobody_else_for_anything() -> None:
    everything = "\n".join(p.read_text() for p in STATIC.rglob("*") if p.suffix in (".js", ".css"))
    foreign = set(re.findall(r"https?://[^\"'` )]+", everything)) - {"http://www.w3.org/2000/svg"}
    assert foreign == set()
    assert Path(STATIC / "icons.svg").exists()


def _kinds(kind: type[MotcuaError]) -> Iterator[type[MotcuaError]]:
    for one in kind.__subclasses__():
        yield one
        yield from _kinds(one)


def _holes(text: str) -> list[str]:
    return re.findall(r"\{(\w+)\}", text)
