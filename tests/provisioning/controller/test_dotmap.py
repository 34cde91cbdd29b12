"""The map: every unit's worst is to be seen on it, and it stays small."""

import math
import re

from provisioning.controller.branches import Need
from provisioning.controller.dotmap import Dot, Land, Picture, Spot, picture
from provisioning.organisation.snapshot import snapshot


def country(need: Need = Need.READY) -> list[Spot]:
    return [
        Spot(unit.code, unit.name, unit.latitude, unit.longitude, need, 3)
        for unit in snapshot().units
        if unit.parent and unit.latitude is not None and unit.longitude is not None
    ]


LAND = tuple((spot.latitude, spot.longitude) for spot in country())


def dots(drawn: Picture) -> list[Dot]:
    return [*drawn.named, *(dot for _, some in drawn.bare for dot in some)]


def test_no_units_are_no_map() -> None:
    assert picture([]) is None


def test_north_is_up_and_east_is_right() -> None:
    hanoi = Spot("01", "Hà Nội", 21.03, 105.85, Need.READY, 1)
    hue = Spot("46", "Huế", 16.46, 107.59, Need.READY, 1)
    drawn = picture([hanoi, hue])
    assert drawn is not None
    where = {dot.unit: dot for dot in drawn.named}
    assert where["01"].y < where["46"].y
    assert where["01"].x < where["46"].x
    tall, wide = where["46"].y - where["01"].y, where["46"].x - where["01"].x
    assert 2.6 < tall / wide < 2.9, "a degree of longitude is shorter up there"


def test_a_country_of_units_is_grouped_and_lies_within_the_picture() -> None:
    spots = country()
    assert len(spots) > 3000
    drawn = picture(spots)
    assert drawn is not None
    found = dots(drawn)
    assert 300 < len(found) <= 1000
    assert sum(dot.others + 1 for dot in found) == len(spots), "nobody is left out"
    assert sum(dot.boxes for dot in found) == 3 * len(spots)
    assert all(0 < dot.x < drawn.width and 0 < dot.y < drawn.height for dot in found)


def test_one_bad_unit_among_thousands_is_seen_by_its_name() -> None:
    spots = country()
    bad = spots[1234]
    spots[1234] = Spot(bad.unit, bad.name, bad.latitude, bad.longitude, Need.LOST, 3)
    drawn = picture(spots)
    assert drawn is not None
    assert [(dot.unit, dot.need) for dot in drawn.named] == [(bad.unit, Need.LOST)]


def test_when_all_are_bad_the_named_ones_stay_few() -> None:
    drawn = picture(country(Need.FAULT))
    assert drawn is not None
    assert len(drawn.named) == 40
    assert [need for need, _ in drawn.bare] == [Need.FAULT]


def pale(land: Land) -> list[tuple[int, int]]:
    """Return where the dots of a path lie."""
    x = y = 0
    found = []
    for command, dx, dy in re.findall(r"([Mm])(-?\d+) (-?\d+)h0", land.path):
        x, y = (int(dx), int(dy)) if command == "M" else (x + int(dx), y + int(dy))
        found.append((x, y))
    return found


def test_below_a_few_boxes_lies_the_whole_country() -> None:
    spots = country()[:2]
    drawn = picture(spots, LAND)
    assert drawn is not None
    assert drawn.land is not None
    assert (drawn.units, drawn.land.units) == (2, 3321)
    found = pale(drawn.land)
    assert len(found) == len(set(found)) > 3200, "a pixel is drawn once"
    assert all(0 < x < drawn.width and 0 < y < drawn.height for x, y in found)
    assert len(drawn.land.path) < 25_000
    for dot in drawn.named:
        assert min(math.dist((dot.x, dot.y), place) for place in found) < 1, "in their own places"
    bare = picture(spots)
    assert bare is not None
    assert bare.land is None


def test_the_archipelagos_are_on_the_map() -> None:
    """Hoàng Sa and Trường Sa lie far out in the east."""
    drawn = picture(country()[:1], LAND)
    assert drawn is not None
    assert drawn.land is not None
    east = sorted(x for x, _ in pale(drawn.land))
    assert east[-2] > east[-3] + 30


def test_the_land_has_another_version_only_when_it_is_drawn_otherwise() -> None:
    one, again, other = (picture(some, LAND) for some in (country()[:1], country()[:9], FAR))
    versions = [drawn.land.version for drawn in (one, again, other) if drawn and drawn.land]
    assert versions[0] == versions[1] != versions[2]


FAR = [Spot("x", "Ngoài khơi", 5.0, 118.0, Need.READY, 1)]
