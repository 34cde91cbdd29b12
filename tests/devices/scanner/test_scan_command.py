"""`motcua scan`: a JSON line a picture, masked unless asked, 1 when any gave nothing."""

import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest
import segno
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from devices.scanner.scan_command import scan_file, scan_files
from devices.scanner.specimen import write_photograph
from devices.scanner.specimen_card import HOA, card_text

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="session")
def card(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scan") / "card.jpg"
    write_photograph(path, seed=5)
    return path


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scan") / "desk.jpg"
    write_photograph(path, seed=5, card=None)
    return path


def lines(captured: Capture) -> list[dict[str, object]]:
    return [msgspec.json.decode(line) for line in captured.readouterr().out.splitlines()]


def test_a_card_is_masked_unless_it_is_to_be_shown(card: Path, capsys: Capture) -> None:
    """PRI-1."""
    assert scan_files([card], show=False) == 0
    told = capsys.readouterr().out
    for secret in (HOA.number, HOA.old_number, "Nguyễn", "2005", "Gio Linh"):
        assert secret not in told
    assert "0451******34" in told
    assert scan_files([card], show=True) == 0
    (line,) = lines(capsys)
    assert line["text"] == card_text(HOA)
    assert line["kind"] == "identity_card"
    assert isinstance(line["fields"], dict)
    assert line["fields"]["name"] == HOA.name
    assert line["fields"]["province"] == "Quảng Trị"
    assert line["fields"]["warnings"] == []


def test_any_picture_without_a_code_makes_it_1_and_the_others_are_told(
    card: Path, desk: Path, tmp_path: Path, capsys: Capture
) -> None:
    nowhere, broken = tmp_path / "nowhere.png", tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n")
    files = [desk, nowhere, broken, tmp_path, card]
    assert scan_files(files, show=False) == 1
    told = lines(capsys)
    assert [line["file"] for line in told] == [str(file) for file in files]
    assert [bool(line.get("error")) for line in told] == [True, True, True, True, False]
    assert told[0]["text"] is told[0]["kind"] is None


def test_a_dossier_code_is_told_with_its_parts(tmp_path: Path) -> None:
    picture = tmp_path / "dossier.png"
    segno.make_qr("G09.20-20260609-0092637").save(str(picture), scale=5)
    line = scan_file(picture, show=False)
    assert line.text == "G09.20-20260609-0092637"
    assert line.fields == {"agency": "G09.20", "day": "20260609", "number": "0092637"}


def test_it_runs_as_a_program(card: Path, desk: Path) -> None:
    program = (
        "import pathlib, sys; from devices.scanner.scan_command import scan_files; "
        "sys.exit(scan_files([pathlib.Path(p) for p in sys.argv[1:]], show=False))"
    )
    run = [sys.executable, "-c", program]
    good = subprocess.run([*run, card], capture_output=True, check=False, timeout=60)
    assert (good.returncode, good.stderr) == (0, b"")
    assert msgspec.json.decode(good.stdout)["kind"] == "identity_card"
    bad = subprocess.run([*run, desk, card], capture_output=True, check=False, timeout=60)
    assert (bad.returncode, bad.stdout.count(b"\n")) == (1, 2)


def test_a_picture_too_large_to_hold_is_told_as_such(tmp_path: Path) -> None:
    picture = tmp_path / "vast.png"
    Image.fromarray(np.zeros((8_001, 8_001), bool)).save(picture)
    assert "too many" in scan_file(picture, show=False).error


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_damaged_file_is_told_as_such_or_read(
    card: Path, tmp_path: Path, data: st.DataObject
) -> None:
    raw = bytearray(card.read_bytes()[: data.draw(st.sampled_from([20, 700, 5000]))])
    for _ in range(data.draw(st.integers(1, 8))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    damaged = tmp_path / "damaged.jpg"
    damaged.write_bytes(raw)
    line = scan_file(damaged, show=True)
    assert line.error or line.text
