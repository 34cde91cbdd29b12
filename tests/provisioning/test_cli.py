"""The `motcua` command, from outside."""

import subprocess
import sys
import wave
from pathlib import Path

import pytest
from PIL import Image

from devices.speaker.clips import CALL_WORDS_VI

MOTCUA = (sys.executable, "-m", "provisioning.cli")


def motcua(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (*MOTCUA, *words), capture_output=True, text=True, timeout=60, check=False
    )


def test_every_word_is_listed_and_explains_itself() -> None:
    listed = motcua("--help").stdout
    for word in ("devices", "kiosk", "counter", "controller", "broker", "demo", "scan", "ticket"):
        assert word in listed
        assert motcua(word, "--help").returncode == 0, word


def test_a_word_that_is_none_is_refused() -> None:
    done = motcua("dance")
    assert done.returncode == 2
    assert "dance" in done.stderr


def test_the_sample_ticket_is_written_as_bytes_and_as_drawn(tmp_path: Path) -> None:
    done = motcua("ticket", "--sample", "--out", str(tmp_path / "t"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "t").read_bytes().startswith(b"\x1b@")  # ESC @, initialise
    with Image.open(tmp_path / "t.png") as drawn:
        assert drawn.width == 576


@pytest.mark.parametrize("process", ["devices", "kiosk", "counter", "controller"])
def test_every_process_judges_a_configuration_whole(process: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text('box = "Not A Name"\ncolour = "red"\n[bus]\nport = 0\n')
    done = motcua(process, "--config", str(path), "--check")
    assert done.returncode == 78
    for key in ("box", "colour", "bus.port"):
        assert f"{path}: {key}: " in done.stderr


@pytest.mark.real
def test_a_voice_pack_is_begun_with_a_clip_for_each_word(tmp_path: Path) -> None:
    done = motcua("voice-pack", str(tmp_path))
    assert done.returncode == 0, done.stderr
    clips = sorted(tmp_path.rglob("*.wav"))
    assert len(clips) == len(CALL_WORDS_VI)
    with wave.open(str(clips[0])) as clip:
        assert clip.getnframes() > 1000
