"""Areas within larger ones: taken up, and back to their own."""

from hypothesis import given
from hypothesis import strategies as st

from provisioning.controller.alerts.alert import Alert
from provisioning.controller.alerts.readings import BoxFacts, Key
from provisioning.controller.alerts.rules import Kind, Rules
from provisioning.controller.alerts.watch import Watch
from provisioning.controller.fleet import Line
from tests.provisioning.controller.alerts.boxes import COMMUNE, PROVINCE, Watched, box

OTHER, THIRD = "19333", "19351"
PROVINCES, COMMUNES = Key(Kind.AREA, PROVINCE), Key(Kind.AREA, COMMUNE)
HOUR = 3600


def boxes(commune: str, line: Line, count: int = 5) -> list[BoxFacts]:
    return [box(f"{commune}-{at}", line, path=(PROVINCE, commune)) for at in range(count)]


def cut_off() -> tuple[Watched, dict[Key, Alert]]:
    """Return a province that was cut off when one of its communes had been for an hour."""
    seen = Watched()
    for commune in (OTHER, THIRD):
        seen.after(0, *boxes(commune, Line.READY))
    seen.after(0, *boxes(COMMUNE, Line.LOST))
    first = seen.after(60)
    assert [one.key for one in first.raised] == [COMMUNES]
    seen.after(HOUR, *boxes(OTHER, Line.LOST), *boxes(THIRD, Line.LOST))
    then = seen.after(60)
    return seen, {one.key: one for one in (*first.raised, *then.raised, *then.changed)}


def test_a_communes_area_is_taken_up_into_its_provinces() -> None:
    seen, known = cut_off()
    assert known.keys() == {COMMUNES, PROVINCES}
    assert known[COMMUNES].within == PROVINCE
    assert not set(known[PROVINCES].boxes) & set(known[COMMUNES].boxes), "none is told twice"
    assert known[PROVINCES].value == 15, "all that went"
    assert not seen.after(HOUR)


def test_it_comes_back_to_its_own_when_the_larger_one_ends() -> None:
    seen, known = cut_off()
    seen.after(60, *boxes(OTHER, Line.READY))
    assert PROVINCES not in seen.after(60).cleared, "the other commune is gone still"
    seen.after(60, *boxes(THIRD, Line.READY))
    news = seen.after(60)
    assert news.cleared[-1] == PROVINCES
    assert [(one.key, one.within, one.since) for one in news.changed] == [
        (COMMUNES, "", known[COMMUNES].since)
    ]
    assert news.raised == ()
    seen.after(60, *boxes(COMMUNE, Line.READY))
    assert seen.after(60).cleared[-1] == COMMUNES


def test_an_area_within_a_larger_one_may_end_before_it() -> None:
    seen, known = cut_off()
    seen.after(60, *boxes(COMMUNE, Line.READY, 4))
    news = seen.after(60)
    assert (news.cleared[-1], news.raised) == (COMMUNES, ())
    (larger,) = news.changed
    assert set(larger.boxes) - set(known[PROVINCES].boxes) == {f"{COMMUNE}-4"}, "who is left"
    assert larger.value == 15
    for commune in (COMMUNE, OTHER, THIRD):
        seen.after(60, *boxes(commune, Line.READY))
    assert seen.after(60).cleared[-1] == PROVINCES
    assert seen.open == set()


def test_a_commune_that_goes_again_while_its_province_is_cut_off_is_no_alert_of_its_own() -> None:
    seen, _ = cut_off()
    seen.after(60, *boxes(THIRD, Line.READY))
    seen.after(60)
    seen.after(HOUR, *boxes(THIRD, Line.LOST))
    assert not seen.after(60).raised
    assert seen.open == {("area", PROVINCE, ""), ("area", COMMUNE, "")}


def test_after_a_restart_it_is_within_the_larger_one_still() -> None:
    seen, known = cut_off()
    again = Watched()
    again.watch, again.now = Watch(Rules(), known.values()), seen.now
    gone = [one for code in (COMMUNE, OTHER, THIRD) for one in boxes(code, Line.LOST)]
    assert not again.after(60, *gone)
    again.after(60, *boxes(OTHER, Line.READY), *boxes(THIRD, Line.READY))
    news = again.after(60)
    assert (news.cleared[-1], [one.within for one in news.changed]) == (PROVINCES, [""])


def test_areas_of_different_provinces_have_nothing_to_do_with_each_other() -> None:
    seen, _ = cut_off()
    away = [box(f"ha-noi-{at}", Line.LOST, path=("01", "00004")) for at in range(5)]
    seen.after(0, *away)
    (area,) = seen.after(60).raised
    assert (area.key.where, area.within) == ("00004", "")


@given(
    st.lists(
        st.tuples(
            st.sampled_from((COMMUNE, OTHER, THIRD)),
            st.sampled_from((Line.LOST, Line.READY)),
            st.integers(1, 5),
            st.integers(0, 300),
        ),
        max_size=40,
    )
)
def test_whatever_goes_and_comes_back_a_box_is_of_one_area_and_all_of_them_end(
    story: list[tuple[str, Line, int, int]],
) -> None:
    seen = Watched()
    areas: dict[Key, Alert] = {}
    codes = (COMMUNE, OTHER, THIRD)
    for code, line, count, seconds in (*story, *((code, Line.READY, 5, 200) for code in codes)):
        for at in (0, seconds):
            news = seen.after(at, *boxes(code, line, count))
            for key in news.cleared:
                areas.pop(key, None)
            fresh = {one.key: one for one in (*news.raised, *news.changed) if one.is_area}
            areas |= fresh
            assert fresh.keys() <= areas.keys()
            of_all = [one for area in areas.values() for one in area.boxes]
            assert len(of_all) == len(set(of_all))
            units = {key.where for key in areas}
            assert all(area.within in units for area in areas.values() if area.within)
    seen.after(HOUR, *(one for code in codes for one in boxes(code, Line.READY)))
    seen.after(HOUR)
    assert seen.open == set()
