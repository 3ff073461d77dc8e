"""Every law of manifests, broken by hand on a day of two loads and one haul."""

from dataclasses import replace

import pytest

from solver.judge.chain.manifests import check_manifests
from tests.judge.chains import CARRIED, at, day, origin, sheets


def codes(made, plan=None):
    found = check_manifests(plan or day(), made, CARRIED, "construction")
    return {(one.code, one.excess) for one in found}


def first(**facts):
    one, *others = sheets()
    return [replace(one, **facts), *others]


def test_true_sheets_break_nothing():
    assert codes(sheets()) == set()


@pytest.mark.parametrize(
    ("made", "found"),
    [
        (first(vehicle="W2"), {("CLAIM", 0)}),
        (first(crew=()), {("CLAIM", 0)}),
        (first(to="P"), {("CLAIM", 0)}),
        (first(tipped=at(51)), {("CLAIM", 0)}),
        (first(begin=at(11)), {("CLAIM", 0)}),
        (first(stream="kitchen"), {("CLAIM", 0)}),
        (first(kg=2_000), {("MANIFEST_LOAD", 1_000)}),
        (first(origins=(origin("a", 2_000, 10),), kg=2_000), {("MANIFEST_LOAD", 1_000)}),
        (first(origins=(origin("a", 1_900, 10), origin("b", 1_100, 30))),
         {("CLAIM", 1_900), ("CLAIM", 1_100)}),
        (first(origins=(origin("a", 2_000, 10), origin("x", 1_000, 30))), {("CLAIM", 1_000)}),
        (sheets()[1:], {("MANIFEST", 0)}),
        (sheets()[:2], {("MANIFEST", 0), ("MANIFEST_LOAD", 3_500)}),
        ([*sheets(), replace(sheets()[0], id="9", work="s")], {("MANIFEST", 0)}),
        ([*sheets(), replace(sheets()[0], id="9")], {("MANIFEST", 0)}),
        (first(id="2"), {("MANIFEST", 0)}),
        ([*sheets()[:2], replace(sheets()[2], kg=3_000)],
         {("MANIFEST_LOAD", 500)}),
    ],
)  # fmt: skip
def test_a_false_sheet_is_noticed(made, found):
    assert codes(made) == found


def test_a_truck_of_two_chambers_may_tip_less_of_the_stream_than_it_carried():
    both = CARRIED | {"collect_construction": ("construction", "residual")}
    made = sheets()
    part = [replace(made[0], kg=2_000, origins=made[0].origins[:1]), *made[1:]]
    assert check_manifests(day(), part, both, "construction") == []
    more = [replace(made[1], kg=600, origins=(origin("c", 600, 70),)), made[0], made[2]]
    assert {one.code for one in check_manifests(day(), more, both, "construction")} == {
        "CLAIM", "MANIFEST_LOAD",
    }  # fmt: skip
