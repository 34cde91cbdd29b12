"""Other programs stay away from a board's port, once a machine is a box."""

import re
from pathlib import Path

from provisioning.image.files import BoxRole, Order, files_of
from provisioning.image.install import lay_down

_PAIR = re.compile(r'[A-Z]+(\{[^}"]+\})?(==|!=|\+=|:=|=)"[^"]*"')


def rules(tmp_path: Path) -> Path:
    order = Order(role=BoxRole.KIOSK, motcua="/usr/bin/motcua", samples={})
    lay_down(files_of(order), tmp_path)
    return tmp_path / "etc/udev/rules.d"


def test_every_rule_is_of_matches_and_assignments(tmp_path: Path) -> None:
    text = (rules(tmp_path) / "71-motcua-board.rules").read_text().replace("\\\n", "")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert len(lines) == 3
    for line in lines:
        assert all(_PAIR.fullmatch(pair.strip()) for pair in line.split(",")), line


def test_modem_manager_is_told_to_leave_boards_and_only_them(tmp_path: Path) -> None:
    text = (rules(tmp_path) / "71-motcua-board.rules").read_text().replace("\\\n", "")
    ignoring = [line for line in text.splitlines() if "ID_MM_" in line]
    assert len(ignoring) == 2
    assert all("2e8a" in line and "idVendor}==" in line for line in ignoring)


def test_brltty_s_rules_for_serial_chips_are_masked(tmp_path: Path) -> None:
    for name in ("85-brltty.rules", "90-brltty-usb-generic.rules"):
        assert str((rules(tmp_path) / name).readlink()) == "/dev/null"
