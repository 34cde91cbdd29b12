"""One suite for the judges of a candidate: the process itself, and its twin."""

import sys
import textwrap
from pathlib import Path

import pytest

from devices.config import DevicesConfig
from devices.contract.config import Problem
from provisioning.agent.settings.checking import Checking, CommandCheck
from provisioning.agent.settings.room import MOTCUA
from provisioning.agent.settings.simulated import SimulatedParts

GOOD = 'box = "box-1"\n[printer]\ndriver = "simulated"\n'
WRONG = 'box = "box-1"\nstatus_every_s = 0\n[printer]\ndriver = "simulated"\npape = 1\n'


@pytest.fixture(params=["motcua", "simulated"])
def checking(request: pytest.FixtureRequest, tmp_path: Path) -> Checking:
    if request.param == "simulated":
        return SimulatedParts(tmp_path, {"devices": DevicesConfig})
    return CommandCheck(MOTCUA, 60, trials=True)


def candidate(folder: Path, text: str) -> Path:
    path = folder / "devices.candidate.toml"
    path.write_text(text, encoding="utf-8")
    return path


async def test_a_good_candidate_has_no_problems(checking: Checking, tmp_path: Path) -> None:
    assert await checking.problems("devices", candidate(tmp_path, GOOD)) == ()


async def test_every_problem_of_a_bad_candidate_is_named_at_its_key(
    checking: Checking, tmp_path: Path
) -> None:
    found = await checking.problems("devices", candidate(tmp_path, WRONG))
    assert [(one.key, one.text) for one in found] == [
        ("status_every_s", "Expected `float` >= 0.2"),
        ("printer.pape", "no such key"),
    ]


async def test_a_candidate_that_is_not_toml_has_one_problem_at_no_key(
    checking: Checking, tmp_path: Path
) -> None:
    found = await checking.problems("devices", candidate(tmp_path, "box = [1, null]"))
    assert [one.key for one in found] == [""]
    assert found[0].text.startswith("not TOML: ")


@pytest.mark.parametrize("kind", ["motcua", "simulated"])
async def test_a_box_that_allows_no_driver_for_trials_says_so_at_its_key(
    kind: str, tmp_path: Path
) -> None:
    parts = SimulatedParts(tmp_path, {"devices": DevicesConfig}, trials=False)
    strict: Checking = CommandCheck(MOTCUA, 60) if kind == "motcua" else parts
    found = await strict.problems("devices", candidate(tmp_path, GOOD))
    assert [one.key for one in found] == ["printer.driver"]
    assert "settings.allow_simulated" in found[0].text


def judge(folder: Path, body: str, within_s: float = 30) -> CommandCheck:
    """Return a check whose process does this."""
    program = folder / "judge.py"
    program.write_text("import sys, time\n" + textwrap.dedent(body), encoding="utf-8")
    return CommandCheck((sys.executable, str(program)), within_s)


async def test_a_judge_that_hangs_is_ended_and_said_so(tmp_path: Path) -> None:
    check = judge(tmp_path, "time.sleep(600)", within_s=0.5)
    found = await check.problems("devices", candidate(tmp_path, GOOD))
    assert found == (Problem("", "no judgement within 0.5 s"),)


async def test_a_judge_that_talks_without_end_is_heard_within_a_bound(tmp_path: Path) -> None:
    check = judge(tmp_path, "sys.stderr.write('x' * 3_000_000); sys.exit(1)")
    found = await check.problems("devices", candidate(tmp_path, GOOD))
    assert found[0].text.startswith("--check ended with 1: xxx")
    assert len(found[0].text) < 400


async def test_a_judge_that_crashes_is_no_acceptance(tmp_path: Path) -> None:
    check = judge(tmp_path, "raise SystemError('kaputt')")
    found = await check.problems("devices", candidate(tmp_path, GOOD))
    assert "kaputt" in found[0].text


async def test_a_problem_of_several_lines_stays_one(tmp_path: Path) -> None:
    said = 'print(f"{sys.argv[3]}: a.b: one\\ntwo\\n{sys.argv[3]}: c: d", file=sys.stderr)'
    check = judge(tmp_path, f"{said}\nsys.exit(78)")
    found = await check.problems("devices", candidate(tmp_path, GOOD))
    assert found == (Problem("a.b", "one\ntwo"), Problem("c", "d"))
