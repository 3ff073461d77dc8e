"""The law of dump patches, broken by hand on two days of three loads."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from models.trade.patch import Patch, PatchDay
from solver.judge.chain.patches import check_patches
from tests.judge.chains import DAY, day

NEXT = DAY + timedelta(days=1)
PLANS = {DAY: day(), NEXT: day()}
OWNER = {DAY: {"a": "T1", "c": "T1", "b": "T2"}, NEXT: {"a": "T1", "c": "T1", "b": "T2"}}
EACH = (PatchDay(day=DAY, share_kg=2_500, cleared_kg=2_500),
        PatchDay(day=NEXT, share_kg=2_500, cleared_kg=2_500))  # fmt: skip
T1 = Patch(id="T1", name="", operation="collect_construction", kg=7_500, begin=DAY,
           end=DAY + timedelta(days=2), days=EACH)  # fmt: skip
T2 = replace(T1, id="T2", kg=1_000, begin=NEXT, end=NEXT,
             days=(PatchDay(day=NEXT, share_kg=1_000, cleared_kg=1_000),))  # fmt: skip


def codes(*patches, plans=PLANS, owner=OWNER):
    found = check_patches(plans, patches, owner)
    return [(one.code, one.where, one.excess) for one in found]


def test_shares_that_are_cleared_break_nothing():
    """The days before a patch begins and after its deadline are nothing to it."""
    assert codes(T1, T2) == []
    assert codes(replace(T1, begin=date(2027, 1, 1), end=date(2027, 1, 2), days=())) == []


@pytest.mark.parametrize(
    "false",
    [
        replace(T1, days=(replace(EACH[0], cleared_kg=2_600), EACH[1])),
        replace(T1, days=(EACH[0], replace(EACH[1], share_kg=2_400))),
        replace(T1, days=EACH[:1]),
        replace(T1, days=(*EACH, replace(EACH[1], day=T1.end))),
    ],
)
def test_a_false_report_is_noticed(false):
    assert {code for code, *_ in codes(false)} == {"CLAIM"}


def test_a_load_left_out_of_either_day_is_behind_the_deadline():
    """Without task c 500 kg of the first day's share stay, whatever the report says."""
    without = {**OWNER, DAY: {"a": "T1", "b": "T2"}}
    told = replace(T1, days=(replace(EACH[0], cleared_kg=2_000), EACH[1]))
    assert codes(told, owner=without) == [("PATCH_LEFT", f"T1 {NEXT}", 500)]
    assert ("PATCH_LEFT", f"T1 {NEXT}", 500) in codes(T1, owner=without)


def test_what_a_later_day_takes_more_makes_up_for_an_earlier_one():
    plans, owner = {DAY: PLANS[DAY], NEXT: PLANS[NEXT]}, {DAY: {"a": "T1"}, NEXT: OWNER[NEXT]}
    owner[NEXT] = {"a": "T1", "b": "T1", "c": "T1"}
    told = replace(
        T1, days=(replace(EACH[0], cleared_kg=2_000), replace(EACH[1], cleared_kg=3_500))
    )
    assert codes(told, plans=plans, owner=owner) == []
