"""Ways to fill boxes where loads are many: those come first that ask least of the trucks."""

from solver.haul.loads import FEW_WAYS, crowding, first_boxes, usual_boxes
from tests.haul.test_plan import HOUR, problem, truck, yard

LARGE, SMALL = truck("large", payload_kg=20_000), truck("small", payload_kg=5_000)
TRUCKS = (*(truck(f"t{n}") for n in range(8)), LARGE, SMALL)
"""Ten trucks, one of which takes twice as much, and one half."""


def town(tonnes):
    return problem(yards=(yard(inflow=((HOUR, 1_000 * tonnes),)),), trucks=TRUCKS)


def test_large_boxes_crowd_the_only_large_truck():
    case = town(180)
    assert crowding(case, ((10_000,) * 18,)) == 2.0  # 18 loads for the nine that take them
    assert crowding(case, ((20_000,) * 9,)) == 9.0  # all for the only one that takes them


def test_of_few_loads_every_way_is_searched():
    assert usual_boxes(town(180)) == first_boxes(town(180))


def test_of_many_loads_only_ways_that_suit_the_trucks_are_searched():
    case = town(1_803)
    found = usual_boxes(case)
    assert len(found) == FEW_WAYS
    assert crowding(case, found[0]) == min(crowding(case, way) for way in first_boxes(case))
    assert not any(max(way[0]) == 20_000 for way in found)
