"""The fold over what parts tell."""

from datetime import datetime, timedelta

import pytest

from devices.contract.errors import BadPayloadError
from devices.contract.identity import BoxId, Part
from devices.contract.message import Description, Health, LinkState
from provisioning.controller.fleet import Line, PartMessage, PartState, box_state, checked, fold
from tests.provisioning.controller.saying import T0, connection, printer, status

STALE_AFTER = timedelta(seconds=210)


def part(name: str = "devices", *messages: PartMessage, at: datetime = T0) -> PartState:
    state = PartState(box=BoxId("box-1"), part=Part(name))
    for message in messages:
        state = fold(state, message, at, retained=False)
    return state


def test_a_late_will_of_an_older_boot_is_ignored() -> None:
    state = part("devices", connection(boot=2))
    assert fold(state, connection(LinkState.LOST, boot=1), T0, retained=False) is state


def test_a_will_of_this_boot_loses_the_part() -> None:
    """Negative control of the one above."""
    state = part("devices", connection(boot=2), connection(LinkState.LOST, boot=2))
    assert box_state("box-1", [state], T0, STALE_AFTER).line is Line.LOST


@pytest.mark.parametrize(("boot", "seq"), [(1, 9), (2, 4), (2, 5)])
def test_an_older_or_repeated_status_is_ignored(boot: int, seq: int) -> None:
    state = part("devices", status(5, printer(), boot=2))
    late = status(seq, printer(Health.FAULT, "printer.mute"), boot=boot)
    assert fold(state, late, T0, retained=False) is state


def test_a_new_boot_begins_its_numbers_again() -> None:
    state = part("devices", status(500, boot=1), status(1, printer(), boot=2))
    assert state.status is not None
    assert (state.status.boot, state.status.seq) == (2, 1)


def test_a_box_is_online_when_any_of_its_parts_is_ready() -> None:
    ready = part("counter", connection(), status())
    lost = part("devices", connection(LinkState.LOST))
    assert box_state("box-1", [lost, ready], T0, STALE_AFTER).line is Line.READY
    assert box_state("box-1", [lost], T0, STALE_AFTER).line is Line.LOST


def test_a_part_goes_stale_after_three_missed_statuses() -> None:
    state = part("devices", connection(), status())
    assert box_state("box-1", [state], T0 + timedelta(seconds=209), STALE_AFTER).line is Line.READY
    assert box_state("box-1", [state], T0 + timedelta(seconds=211), STALE_AFTER).line is Line.STALE


def test_a_restarted_controller_does_not_take_an_old_retained_status_for_fresh() -> None:
    state = part("devices", connection())
    state = fold(state, status(at=T0), T0 + timedelta(hours=1), retained=True)
    assert box_state("box-1", [state], T0 + timedelta(hours=1), STALE_AFTER).line is Line.STALE


def test_a_lost_parts_devices_are_shown_as_last_known_and_do_not_colour_the_box() -> None:
    state = part("devices", connection(), status(1, printer(Health.FAULT, "printer.mute")))
    assert box_state("box-1", [state], T0, STALE_AFTER).health is Health.FAULT
    lost = fold(state, connection(LinkState.LOST), T0, retained=False)
    box = box_state("box-1", [lost, part("counter", connection())], T0, STALE_AFTER)
    assert box.health is Health.READY
    assert [device.current for device in box.devices] == [False]


def line(*, up: bool) -> PartState:
    return part("bridge", connection(LinkState.READY if up else LinkState.LOST, boot=0))


def test_nothing_of_a_box_whose_line_is_down_looks_online() -> None:
    devices = part("devices", connection(), status(1, printer(Health.FAULT, "printer.mute")))
    box = box_state("box-1", [devices, line(up=False)], T0, STALE_AFTER)
    assert (box.line, box.health) == (Line.UNREACHABLE, Health.READY)
    assert [(view.part, view.line) for view in box.parts] == [("devices", Line.UNREACHABLE)]
    assert [device.current for device in box.devices] == [False]


def test_a_line_that_is_up_says_nothing_of_the_parts() -> None:
    """Negative control of the one above."""
    lost = part("devices", connection(LinkState.LOST))
    assert box_state("box-1", [lost, line(up=True)], T0, STALE_AFTER).line is Line.LOST
    ready = part("devices", connection(), status())
    box = box_state("box-1", [ready, line(up=True)], T0, STALE_AFTER)
    assert (box.line, len(box.parts)) == (Line.READY, 1)


def test_the_site_is_what_any_part_says() -> None:
    state = part("counter", Description(boot=1, version="0.1.0", site="Phường Mẫu"))
    assert box_state("box-1", [part("devices"), state], T0, STALE_AFTER).site == "Phường Mẫu"


@pytest.mark.parametrize(
    "message",
    [
        connection(boot=-1),
        connection(boot=2**70),
        status(seq=2**70),
        status(at=datetime.fromisoformat("0001-01-01T00:00:00+07:00")),
    ],
)
def test_numbers_and_times_no_box_can_mean_are_refused(message: PartMessage) -> None:
    with pytest.raises(BadPayloadError):
        checked(message)
