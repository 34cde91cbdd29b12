"""Boxes counted by branch: at any moment the counts are those of a walk over all boxes."""

import random
from datetime import timedelta

from provisioning.controller.branches import Branches, Need, Place, reach_of
from provisioning.controller.figures import Figures, together
from provisioning.controller.rights import EVERYWHERE, Grant, Person, Right, Role
from tests.provisioning.controller.saying import T0

QUANG_TRI, HUE, GIO_LINH, DONG_HA, PHU_XUAN = "44", "46", "19496", "19333", "19753"
PATHS = ((QUANG_TRI, GIO_LINH), (QUANG_TRI, DONG_HA), (HUE, PHU_XUAN), (HUE,), ())


def placed(path: tuple[str, ...], need: Need = Need.READY, *faults: str) -> Place:
    return Place(path=path, need=need, faults=faults)


def waiting(minutes: int) -> Figures:
    oldest = T0 - timedelta(minutes=minutes)
    return Figures(issued=3, waiting=1, called=2, waited_s=60.0 * minutes, oldest_waiting=oldest)


def test_a_box_counts_in_its_unit_and_in_all_above() -> None:
    branches = Branches()
    branches.put("a", placed((QUANG_TRI, GIO_LINH), Need.FAULT, "printer"))
    branches.put("b", placed((QUANG_TRI, DONG_HA)))
    branches.put("c", placed(()))
    whole = branches.tally((EVERYWHERE,))
    assert (whole.boxes, whole.online, whole.faults) == (3, 3, {"printer": 1})
    assert branches.tally((QUANG_TRI,)).boxes == 2
    assert branches.worst(QUANG_TRI) is Need.FAULT
    assert branches.worst(DONG_HA) is Need.READY
    assert sorted(branches.leaves((EVERYWHERE,))) == [DONG_HA, GIO_LINH]


def test_after_a_thousand_changes_the_counts_are_those_of_a_walk() -> None:
    chance = random.Random(7)
    branches = Branches()
    now: dict[str, Place] = {}
    for _ in range(1000):
        box = f"box-{chance.randrange(40)}"
        figures = waiting(chance.randrange(1, 90)) if chance.random() < 0.7 else Figures()
        faults = ("printer",) * chance.randrange(2)
        place = Place(chance.choice(PATHS), chance.choice(list(Need)), faults, figures)
        branches.put(box, place)
        now[box] = place
        if chance.random() < 0.2:
            branches.tally((EVERYWHERE,))  # what is read in between spoils nothing
    for unit in (EVERYWHERE, QUANG_TRI, HUE, GIO_LINH):
        known = [place for place in now.values() if unit in ("", *place.path)]
        tally = branches.tally((unit,))
        assert tally.boxes == len(known)
        assert tally.needs[Need.LOST] == sum(place.need is Need.LOST for place in known)
        assert sum(tally.faults.values()) == sum(len(place.faults) for place in known)
        assert tally.figures == together(place.figures for place in known)


def test_a_unit_that_stands_under_another_one_now_takes_its_boxes_along() -> None:
    branches = Branches()
    branches.put("a", placed((QUANG_TRI, GIO_LINH)))
    branches.put("a", placed((HUE, GIO_LINH)))
    assert branches.above(GIO_LINH) == (HUE,)
    assert branches.below((EVERYWHERE,)) == [HUE]
    assert branches.tally((QUANG_TRI,)).boxes == 0


def test_rights_reach_as_far_as_their_branches() -> None:
    branches = Branches()
    for at, path in enumerate(PATHS):
        branches.put(f"box-{at}", placed(path))
    assert branches.scope((EVERYWHERE,)) == (EVERYWHERE,)
    assert branches.scope((QUANG_TRI,)) == (QUANG_TRI,)
    assert branches.scope((QUANG_TRI, GIO_LINH)) == (QUANG_TRI,), "one lies within the other"
    assert branches.scope((GIO_LINH, PHU_XUAN)) == (GIO_LINH, PHU_XUAN)
    assert branches.scope((GIO_LINH,), QUANG_TRI) == (GIO_LINH,), "a part of what is asked for"
    assert branches.scope((QUANG_TRI,), GIO_LINH) == (GIO_LINH,)
    assert branches.scope((QUANG_TRI,), HUE) == ()
    assert branches.scope((QUANG_TRI,), "none") == ()
    assert branches.scope((), EVERYWHERE) == ()


def test_a_right_is_looked_for_grant_by_grant() -> None:
    grants = (
        Grant(unit=QUANG_TRI, role=Role.VIEWER),
        Grant(unit=HUE, role=Role.TECHNICIAN),
    )
    person = Person(id=1, login="a", name="A", grants=grants)
    assert reach_of(person, Right.SEE) == (QUANG_TRI, HUE)
    assert reach_of(person, Right.OPERATE) == (HUE,)
    everywhere = Person(id=2, login="b", name="B", grants=(Grant(role=Role.VIEWER),))
    assert reach_of(everywhere, Right.SEE) == (EVERYWHERE,)
