"""Alerts: hysteresis, patience, and one for an area."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contract.message import Health
from provisioning.controller.alerts.readings import Key
from provisioning.controller.alerts.rules import Kind, Rule, Rules, Severity
from provisioning.controller.alerts.sentences import matter
from provisioning.controller.alerts.watch import Watch
from provisioning.controller.fleet import Line
from tests.provisioning.controller.alerts.boxes import (
    COMMUNE,
    OUT_OF_PAPER,
    PROVINCE,
    T0,
    Watched,
    box,
    report,
)

PAPER = ("paper", "gio-linh-1", "printer")


def test_a_finished_roll_is_an_alert_after_a_moment_and_over_when_paper_is_back() -> None:
    seen = Watched()
    assert not seen.after(0, box("gio-linh-1", Line.READY, OUT_OF_PAPER))
    (alert,) = seen.after(5).raised
    assert (alert.key, alert.code) == (Key(Kind.PAPER, *PAPER[1:]), "printer.out_of_paper")
    assert alert.since == T0
    assert not seen.after(60, box("gio-linh-1", Line.READY, OUT_OF_PAPER))
    assert not seen.after(1, box("gio-linh-1", Line.READY, report("printer")))
    assert seen.after(5).cleared == (alert.key,)
    assert seen.open == set()


def test_what_heals_within_its_patience_is_no_alert() -> None:
    seen = Watched()
    seen.after(0, box("gio-linh-1", Line.READY, OUT_OF_PAPER))
    seen.after(4, box("gio-linh-1", Line.READY, report("printer")))
    assert not seen.after(100)


def test_a_flapping_reading_is_one_alert() -> None:
    seen = Watched()
    raised = 0
    for _ in range(50):
        raised += len(seen.after(10, box(line=Line.LOST)).raised)
        raised += len(seen.after(60).raised)
        raised += len(seen.after(10, box(line=Line.READY)).raised)
    assert raised == 1
    assert seen.after(31, box(line=Line.READY)).cleared


def test_between_the_two_thresholds_nothing_changes() -> None:
    seen = Watched()
    seen.after(0, box(figures={"cpu_temperature_c": 81}))
    assert seen.after(120).raised
    assert not seen.after(600, box(figures={"cpu_temperature_c": 75}))
    assert not seen.after(600, box(figures={"cpu_temperature_c": 75}))
    seen.after(0, box(figures={"cpu_temperature_c": 71}))
    assert seen.after(30).cleared


def test_a_reading_that_is_no_longer_beyond_the_point_of_alarm_begins_its_patience_anew() -> None:
    seen = Watched()
    seen.after(0, box(figures={"cpu_temperature_c": 81}))
    seen.after(60, box(figures={"cpu_temperature_c": 75}))
    assert not seen.after(600)


@pytest.mark.parametrize(
    ("figures", "kind"),
    [
        ({"disk_free_share": 0.05}, Kind.DISK),
        ({"cpu_temperature_c": 85.0}, Kind.TEMPERATURE),
        ({"clock_offset_s": -86_400.0}, Kind.CLOCK),
    ],
)
def test_a_figure_beyond_its_threshold_is_an_alert(figures: dict[str, float], kind: Kind) -> None:
    seen = Watched()
    seen.after(0, box(figures=figures))
    assert [alert.key.kind for alert in seen.after(600).raised] == [kind]


def test_a_certificate_that_ends_soon_is_an_alert_until_it_is_renewed() -> None:
    seen = Watched()
    (alert,) = seen.after(0, box(certificate_ends=T0 + timedelta(days=13))).raised
    assert (alert.key.kind, round(alert.value)) == (Kind.CERTIFICATE, 13)
    seen.after(60, box(certificate_ends=T0 + timedelta(days=90)))
    assert seen.after(60).cleared == (alert.key,)


def test_a_queue_that_waits_too_long_is_an_alert() -> None:
    seen = Watched()
    seen.after(0, box(longest_wait_s=46 * 60))
    assert [alert.key.kind for alert in seen.after(120).raised] == [Kind.QUEUE]


def test_a_bad_line_of_a_site_and_a_lost_scanner_are_alerts_of_their_own() -> None:
    seen = Watched()
    line = report("line", Health.WARNING, "line.loss", name="line-gio-linh")
    seen.after(0, box("a", Line.READY, line, report("scanner", Health.FAULT, "device.unplugged")))
    kinds = {alert.key.kind for alert in seen.after(60).raised}
    assert kinds == {Kind.LINE, Kind.SCANNER}


def test_a_box_that_somebody_opened_is_critical_at_once_an_open_door_after_a_while() -> None:
    seen = Watched()
    opened = report("board", switch_tamper="open", switch_door="open")
    (tamper,) = seen.after(0, box("gio-linh-1", Line.READY, opened)).raised
    assert (tamper.key.kind, tamper.severity) == (Kind.TAMPER, Severity.CRITICAL)
    (door,) = seen.after(300, box("gio-linh-1", Line.READY, opened)).raised
    assert door.key.kind is Kind.DOOR
    shut = report("board", switch_tamper="closed", switch_door="closed")
    seen.after(0, box("gio-linh-1", Line.READY, shut))
    assert len(seen.after(30).cleared) == 2


def test_a_board_that_is_away_is_an_alert_of_its_own_and_takes_no_other_back() -> None:
    seen = Watched()
    seen.after(0, box("gio-linh-1", Line.READY, report("board", switch_tamper="open")))
    away = report("board", Health.FAULT, "device.unplugged")
    seen.after(0, box("gio-linh-1", Line.READY, away))
    assert {kind for kind, _, _ in seen.open} == {"tamper"}
    (alert,) = seen.after(30, box("gio-linh-1", Line.READY, away)).raised
    assert (alert.key.kind, alert.code) == (Kind.BOARD, "device.unplugged")
    updated = report("board", Health.WARNING, "board.updating")
    assert not seen.after(600, box("gio-linh-2", Line.READY, updated)).raised, "it is meant so"


def test_a_box_whose_power_was_cut_is_an_alert_until_it_ran_for_an_hour() -> None:
    seen = Watched()
    (alert,) = seen.after(0, box(power_cycles=2)).raised
    assert alert.key.kind is Kind.POWER_CYCLED
    assert "2 lần" in matter("vi", alert)
    seen.after(3600, box(power_cycles=0))
    assert seen.after(30).cleared


def test_alerts_of_a_box_that_cannot_be_heard_stay_as_they_are() -> None:
    seen = Watched()
    seen.after(0, box("gio-linh-1", Line.READY, OUT_OF_PAPER))
    seen.after(5)
    seen.after(5, box("gio-linh-1", Line.LOST, OUT_OF_PAPER))
    seen.after(600)
    assert seen.open == {PAPER, ("offline", "gio-linh-1", "")}


def test_an_alert_of_a_device_that_was_taken_out_ends() -> None:
    seen = Watched()
    seen.after(0, box("gio-linh-1", Line.READY, OUT_OF_PAPER))
    seen.after(5)
    seen.after(5, box("gio-linh-1", Line.READY))
    seen.after(5)
    assert seen.open == set()


def test_what_a_box_calls_its_devices_is_one_short_line_of_few_devices() -> None:
    seen = Watched()
    hostile = [
        report("printer", Health.FAULT, "a\r\nBcc: x", name=f"{at}\0\r\n" + "x" * 999)
        for at in range(500)
    ]
    seen.after(0, box("a", Line.READY, *hostile))
    raised = seen.after(600).raised
    assert 0 < len(raised) < 100
    assert all(one.key.subject.isprintable() and one.code.isprintable() for one in raised)
    assert max(len(one.key.subject) for one in raised) < 100


def test_a_figure_without_bounds_can_still_be_told() -> None:
    seen = Watched()
    seen.after(0, box(figures={"cpu_temperature_c": 1e308, "clock_offset_s": -1e308}))
    for alert in seen.after(600).raised:
        assert matter("vi", alert)


def test_a_box_that_rests_on_purpose_is_no_alert() -> None:
    seen = Watched()
    assert not seen.after(0, box(line=Line.SLEEPING))
    assert not seen.after(3600)


def boxes(count: int, line: Line, commune: str = COMMUNE) -> list:  # type: ignore[type-arg]
    return [box(f"{commune}-{at}", line, path=(PROVINCE, commune)) for at in range(count)]


def test_a_communes_power_cut_is_one_alert() -> None:
    seen = Watched()
    others = [one for code in ("19333", "19351") for one in boxes(10, Line.READY, code)]
    seen.after(0, *boxes(5, Line.READY), *others)
    for at, one in enumerate(boxes(5, Line.LOST)):
        seen.after(at, one)
    seen.after(70)
    assert seen.open == {("area", COMMUNE, "")}
    seen.after(60, *boxes(5, Line.READY))
    seen.after(30)
    assert seen.open == set()


def test_a_provinces_outage_is_the_provinces_alert_not_one_a_commune() -> None:
    seen = Watched()
    seen.after(0, *boxes(5, Line.LOST), *boxes(5, Line.LOST, "19333"))
    (alert,) = seen.after(60).raised
    assert (alert.key, len(alert.boxes)) == (Key(Kind.AREA, PROVINCE), 10)


def test_two_boxes_of_many_are_two_alerts() -> None:
    seen = Watched()
    seen.after(0, *boxes(10, Line.READY))
    seen.after(0, *boxes(2, Line.LOST))
    assert len(seen.after(60).raised) == 2


def test_boxes_lost_on_different_days_are_no_area() -> None:
    seen = Watched()
    seen.after(0, *boxes(3, Line.READY))
    for one in boxes(3, Line.LOST):
        seen.after(86_400, one)
        seen.after(60)
    assert {kind for kind, _, _ in seen.open} == {"offline"}


def test_a_box_that_outlasts_its_area_stands_alone() -> None:
    seen = Watched()
    seen.after(0, *boxes(5, Line.LOST))
    seen.after(60)
    seen.after(60, *boxes(4, Line.READY))
    seen.after(60)
    assert seen.open == {("offline", f"{COMMUNE}-4", "")}


def test_an_area_that_grows_stays_one_alert() -> None:
    seen = Watched()
    seen.after(0, *boxes(5, Line.READY))
    seen.after(0, *boxes(3, Line.LOST))
    assert len(seen.after(60).raised) == 1
    seen.after(10, *boxes(5, Line.LOST))
    (alert,) = seen.after(60).changed
    assert len(alert.boxes) == 5


def test_a_watch_that_takes_up_open_alerts_neither_raises_nor_clears_them_again() -> None:
    seen = Watched()
    seen.after(0, *boxes(5, Line.LOST), box("gio-linh-1", Line.READY, OUT_OF_PAPER, path=()))
    raised = (*seen.after(5).raised, *seen.after(60).raised)
    again = Watched()
    again.watch, again.now = Watch(Rules(), raised), seen.now
    assert not again.after(0)
    facts = (*boxes(5, Line.LOST), box("gio-linh-1", Line.READY, OUT_OF_PAPER, path=()))
    assert not again.after(600, *facts)
    again.after(0, *boxes(5, Line.READY), box("gio-linh-1", Line.READY, report("printer"), path=()))
    assert {key.kind for key in again.after(60).cleared} >= {Kind.AREA, Kind.PAPER}


def test_a_retired_box_leaves_no_alert() -> None:
    seen = Watched()
    seen.after(0, box("gio-linh-1", Line.READY, OUT_OF_PAPER))
    seen.after(5)
    assert seen.watch.forget("gio-linh-1").cleared == (Key(Kind.PAPER, *PAPER[1:]),)
    assert not seen.after(600)


def test_a_rule_that_is_off_is_off() -> None:
    seen = Watched(Rules(paper=Rule(enabled=False)))
    seen.after(0, box("gio-linh-1", Line.READY, OUT_OF_PAPER))
    assert not seen.after(600)


def test_an_alert_whose_rule_was_switched_off_since_ends() -> None:
    before = Watched()
    before.after(0, *boxes(3, Line.LOST), box("gio-linh-1", Line.READY, OUT_OF_PAPER, path=()))
    raised = (*before.after(5).raised, *before.after(60).raised)
    assert len(raised) == 2
    off = Rule(enabled=False)
    again = Watched()
    again.watch, again.now = Watch(Rules(paper=off, offline=off), raised), before.now
    facts = (*boxes(3, Line.LOST), box("gio-linh-1", Line.LOST, OUT_OF_PAPER, path=()))
    again.open = before.open
    again.after(60, *facts)
    assert again.open == set()
    assert not again.after(600, *facts)


def test_losses_of_one_cut_that_are_noticed_a_keep_alive_apart_are_one_alert() -> None:
    seen = Watched()
    seen.after(0, *boxes(10, Line.READY))
    for one in boxes(10, Line.LOST):
        seen.after(6, one)
        assert {kind for kind, _, _ in seen.open} <= {"area"}
    told = [alert for _ in range(60) for alert in seen.after(2).raised]
    assert [alert.key for alert in told] == [Key(Kind.AREA, COMMUNE)]
    assert seen.open == {("area", COMMUNE, "")}


def test_a_box_waits_for_its_area_no_longer_than_its_patience_again() -> None:
    seen = Watched()
    seen.after(0, *boxes(10, Line.READY))
    seen.after(0, *boxes(1, Line.LOST))
    for _ in range(3):  # the others' line drops again and again, and is back each time
        seen.after(20, *boxes(10, Line.LOST)[1:])
        seen.after(15, *boxes(10, Line.READY)[1:])
    seen.after(10, *boxes(10, Line.LOST)[1:])
    seen.after(5)
    assert seen.open == {("offline", f"{COMMUNE}-0", "")}


def test_a_blink_of_all_lines_while_one_box_is_lost_is_no_area() -> None:
    seen = Watched()
    seen.after(0, *boxes(10, Line.READY))
    seen.after(0, *boxes(1, Line.LOST))
    seen.after(58, *boxes(10, Line.LOST))
    assert not seen.after(4)
    assert [a.key.kind for a in seen.after(4, *boxes(10, Line.READY)[1:]).raised] == [Kind.OFFLINE]


def test_where_a_provinces_only_boxes_stand_in_one_commune_it_is_the_communes_alert() -> None:
    seen = Watched()
    seen.after(0, *boxes(3, Line.LOST))
    (alert,) = seen.after(60).raised
    assert alert.key == Key(Kind.AREA, COMMUNE)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 4),
            st.sampled_from(list(Line)),
            st.booleans(),
            st.integers(0, 200),
        ),
        max_size=60,
    )
)
def test_whatever_happens_a_healthy_fleet_has_no_alert_in_the_end(
    story: list[tuple[int, Line, bool, int]],
) -> None:
    seen = Watched()
    for number, line, empty, seconds in story:
        devices = (OUT_OF_PAPER,) if empty else (report("printer"),)
        seen.after(seconds, box(f"box-{number}", line, *devices))
    healthy = [box(f"box-{at}", Line.READY, report("printer")) for at in range(5)]
    seen.after(1, *healthy)
    seen.after(3600, *healthy)
    assert seen.open == set()
