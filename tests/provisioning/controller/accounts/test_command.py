"""`motcua person`, from outside."""

import subprocess
import sys
from pathlib import Path

import pytest

MOTCUA = (sys.executable, "-m", "provisioning.cli", "person")
PASSWORD = "một câu dài để thử"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "controller.toml"
    path.write_text(f'state_dir = "{tmp_path}/state"\naccounts.password.memory_kib = 64\n')
    return path


def person(
    config: Path, *words: str, typed: str = PASSWORD + "\n"
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (*MOTCUA, *words, "--config", str(config)),
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_first_administrator_is_made_listed_and_kept(config: Path) -> None:
    made = ("add", "Quan-Tri", "--role", "administrator", "--role", "auditor")
    done = person(config, *made, "--name", "Nguyễn Quản", "--password-file", "-")
    assert (done.returncode, done.stderr) == (0, "")
    listed = person(config, "list").stdout
    assert listed == "quan-tri\tactive\t-\tadministrator@*, auditor@*\tNguyễn Quản\n"
    refused = person(config, "disable", "quan-tri")
    assert refused.returncode == 1
    assert "Nobody would be left" in refused.stderr
    given = person(config, "reset", "quan-tri")
    assert given.returncode == 0
    assert "to be changed" in given.stdout


def test_what_will_not_do_is_refused_in_a_sentence(config: Path, tmp_path: Path) -> None:
    short = tmp_path / "short"
    short.write_text("ngắn\n")
    weak = person(config, "add", "an", "--role", "viewer", "--password-file", str(short))
    assert (weak.returncode, "12 to 256 letters" in weak.stderr) == (1, True)
    nowhere = ("--role", "viewer", "--unit", "99999", "--password-file", "-")
    assert "no unit '99999'" in person(config, "add", "an", *nowhere).stderr
    assert person(config, "add", "an", "--password-file", "-").returncode == 1
    assert person(config, "reset", "khong-co").returncode == 1
    assert person(config, "add").returncode == 2
    assert person(config, "list").stdout == ""


def test_a_bad_configuration_is_named_by_its_keys(config: Path) -> None:
    config.write_text('accounts.idle_min = 0\naccounts.second_factor = "maybe"\n')
    done = person(config, "list")
    assert done.returncode == 78
    assert "accounts.idle_min" in done.stderr
    assert "accounts.second_factor" in done.stderr
