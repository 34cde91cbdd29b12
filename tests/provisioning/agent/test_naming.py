"""The box's name in its parts' settings files."""

import tomllib
from pathlib import Path

import pytest

from provisioning.agent.naming import name_in, name_parts

AS_LAID = """# a comment
box = "new-box"     # the CN of the box's certificate
site = 'Mẫu "cũ"'

[bus]
box = "not this one"
"""


def test_only_the_lines_that_say_it_are_changed(tmp_path: Path) -> None:
    path = tmp_path / "devices.toml"
    path.write_text(AS_LAID)
    path.chmod(0o640)
    assert name_in(path, "quay-01", 'Xã "Gio Linh" \\ 1')
    text = path.read_text()
    assert '"quay-01"     # the CN' in text
    said = tomllib.loads(text)
    assert (said["box"], said["site"]) == ("quay-01", 'Xã "Gio Linh" \\ 1')
    assert said["bus"]["box"] == "not this one"
    assert path.stat().st_mode & 0o777 == 0o640
    assert not name_in(path, "quay-01", 'Xã "Gio Linh" \\ 1'), "a second time changes nothing"
    assert not name_in(path, "quay-01"), "a site that nobody told stays"


@pytest.mark.parametrize("text", ["", "[bus]\nport = 1\n", 'x = """\n[no table]\n"""\n'])
def test_a_file_without_a_name_gets_one(tmp_path: Path, text: str) -> None:
    path = tmp_path / "devices.toml"
    path.write_text(text)
    assert name_in(path, "quay-01")
    assert tomllib.loads(path.read_text()) == {**tomllib.loads(text), "box": "quay-01"}


def test_what_is_no_settings_file_is_left_alone(tmp_path: Path) -> None:
    broken = tmp_path / "kiosk.toml"
    broken.write_text("box = ")
    files = [("kiosk", broken), ("room", tmp_path / "none.toml")]
    assert name_parts(files, "quay-01", "") == []
    assert broken.read_text() == "box = "
