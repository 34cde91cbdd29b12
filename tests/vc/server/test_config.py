"""The conference server's configuration, judged before anything starts."""

from pathlib import Path

import msgspec
import pytest

from devices.contract.config import BadConfigError, from_document
from tests.vc.server.hall import PLAN, hall_config
from vc.server.config import ConferenceConfig
from vc.server.main import build
from vc.server.plans import read_plans
from vc.state import Policy


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
