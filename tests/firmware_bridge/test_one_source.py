"""The same files under CPython and under MicroPython: the same bytes on the wire."""

import subprocess
import sys

import pytest

from firmware_bridge.simulated import micropython

SCRIPT = "tests/firmware_bridge/one_source.py"


@pytest.mark.real
def test_both_pythons_say_the_same_to_the_byte() -> None:
    said = [
        subprocess.run((python, SCRIPT), capture_output=True, text=True, check=True).stdout
        for python in (sys.executable, micropython())
    ]
    assert said[0] == said[1]
    assert " 0\n" not in said[0], "every conversation came to its end"
