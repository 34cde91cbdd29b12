"""The conference server's configuration, judged before anything starts."""

import re
from pathlib import Path

import msgspec
import pytest

from devices.contract.config import BadConfigError, from_document, parse_toml
from devices.web.pin import is_pin
from tests.vc.server.hall import CHAIR_PIN, OPERATOR_PIN, PLAN, hall_config
from vc.server import __file__ as server
from vc.server.conference import rules
from vc.server.config import ConferenceConfig, FocusConfig
from vc.server.main import build, main
from vc.server.plans import read_plans
from vc.state import Policy

FOLDER = Path(server).parent


def test_the_samples_are_right() -> None:
    main(FOLDER / "sample.toml", check=True)
    config = parse_toml((FOLDER / "sample.toml").read_text(encoding="utf-8"), ConferenceConfig)
    assert isinstance(config.engine, FocusConfig)
    assert is_pin(CHAIR_PIN, config.chair_pin_hash)
    assert is_pin(OPERATOR_PIN, config.operator_pin_hash)
    (template,) = read_plans(FOLDER / "sample-plans.toml", config.policy).templates
    assert template.policy == config.policy
    assert rules.begin(template).plan == template


def test_every_line_that_the_sample_leaves_out_is_right_too() -> None:
    text = (FOLDER / "sample.toml").read_text(encoding="utf-8")
    keys = re.sub(r"^# (?=\[|\w+ = )", "", text, flags=re.MULTILINE)
    assert keys.count("\n[") > text.count("\n[")
    config = parse_toml(keys, ConferenceConfig)
    assert config.ice.relay_only
    assert config.http.tls is not None


def test_every_problem_is_named_by_its_key(tmp_path: Path) -> None:
    document = msgspec.to_builtins(hall_config(tmp_path))
    document |= {
        "public_url": "no url",
        "chair_pin_hash": "1234",
        "engine": {"engine": "janus"},
        "colour": "red",
        "picture": {"width": 641},
    }
    with pytest.raises(BadConfigError) as refused:
        from_document(document, ConferenceConfig)
    keys = {problem.key for problem in refused.value.problems}
    assert keys == {"public_url", "chair_pin_hash", "engine.engine", "colour", "picture.width"}


def test_what_does_not_fit_together_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="turn_urls"):
        document = msgspec.to_builtins(hall_config(tmp_path))
        msgspec.convert(document | {"ice": {"relay_only": True}}, ConferenceConfig)


def test_plans_come_from_json_and_toml_and_a_bad_file_is_named(tmp_path: Path) -> None:
    toml = tmp_path / "plans.toml"
    toml.write_text(
        '[[plans]]\nid = "a"\ntitle = "A"\nstarts_at = 2026-11-23T00:30:00Z\n'
        'centre = "b"\nchair = "c"\n[[plans.sites]]\nid = "b"\nname = "B"\n',
        encoding="utf-8",
    )
    house = Policy(speech_limit_s=60)
    plan = read_plans(toml, house).plans[0]
    assert (plan.sites[0].name, plan.policy) == ("B", house)
    config = hall_config(tmp_path)
    assert read_plans(Path(config.plans_file), house).plans == (PLAN,)
    Path(config.plans_file).write_text('{"plans": [{"id": "A B"}]}', encoding="utf-8")
    with pytest.raises(BadConfigError, match="plans_file"):
        build(config)
