"""Spare sinks by hand: who takes kitchen waste when its own plant cannot."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.day import Budget
from models.district import Driver, Stream
from models.edits import Quota
from solver.day.plan import Request
from solver.day.plan import plan_day as plan_whole
from solver.judge.day import check_streams
from solver.trade.spares import spare_notes, with_spares
from tests.tasks.town import DAY, HOUR, SITES, bureau, grid, point, site, standard, vehicle

KITCHEN = Stream.KITCHEN
OWN = site("K", "plant", 300, 405, streams=frozenset({KITCHEN}), service_s=300)
SPARE = site("I", "plant", 100, 405, streams=frozenset({Stream.RESIDUAL}),
             spare_for=frozenset({KITCHEN}), service_s=300, gate_fee=26_000_000)  # fmt: skip


def town(*sites, kg: int = 500):
    people = (Driver(id="d", name="d", licence="B2"), Driver(id="h", name="h", licence="B2"))
    return bureau(
        vehicle("k", "kw_5", "early"), drivers=people, sites=(*SITES, *sites),
        points=(point("p", 100, 200, stream=KITCHEN, demand_kg=kg,
                      windows=((5 * HOUR, 11 * HOUR),)),),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("own", "opens"),
    [
        ((OWN,), False),
        ((replace(OWN, daily_quota_kg=500),), False),
        ((replace(OWN, daily_quota_kg=499),), True),
        ((replace(OWN, daily_quota_kg=300), replace(OWN, id="K2", daily_quota_kg=200)), False),
        ((replace(OWN, status="closed"),), True),
        ((), True),
        ((site("KS", "station", 300, 405, streams=frozenset({KITCHEN})),), True),
    ],
    ids=["no limit", "just enough", "a kilogram short", "two", "closed", "none", "a station"],
)
def test_a_spare_sink_opens_when_the_own_ones_cannot_hold_the_waste(own, opens):
    """500 kg at the only point; a station is no sink, it only passes waste on."""
    before = town(*own, SPARE)
    now = with_spares(before)
    assert (KITCHEN in now.site("I").accepts) is opens
    assert len(list(spare_notes(before, now))) == opens
    tipped = [("I", frozenset({KITCHEN}), 500, 0, "r")]
    assert [one.code for one in check_streams(now, tipped)] == ([] if opens else ["STREAM_MIXED"])


def test_when_the_outlet_fails_the_waste_goes_to_the_spare_at_its_price(tmp_path):
    """0.5 t at 260 CNY; on a usual day the plan knows nothing of the spare."""
    network = grid(tmp_path)
    request = Request(
        day=DAY, budget=Budget(iterations=20), workers=1, only=frozenset({"collect_kitchen"})
    )
    usual = plan_whole(town(OWN, SPARE), network, standard(), request).plan
    assert usual.violations == []
    assert "spare_t" not in usual.kpis
    failed = replace(request, what_if=(Quota(do="quota", site="K", tonnes=0),))
    plan = plan_whole(town(OWN, SPARE), network, standard(), failed).plan
    assert plan.violations == []
    assert plan.unserved == []
    assert plan.kpis["spare_t"] == {"I": 0.5}
    assert plan.kpis["spare_cny"] == 130.0
    assert any("spare sink I" in note.en for note in plan.notes)
