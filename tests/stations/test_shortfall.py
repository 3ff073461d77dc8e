"""Waste that no plan can place: by hand, and as a law for random tonnages."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from models.district import Site, SiteKind, Stream
from solver.stations.shortfall import proven_shortfall
from tests.line_town import line_town
from tests.stations.town import TIP, WATER, district, part

FOUR = {f"p{n}": Stream.RESIDUAL for n in range(4)}


def plant(name, quota, *streams):
    return Site(
        id=name, name=name, kind=SiteKind.PLANT, lon=0, lat=0, daily_quota_kg=quota,
        streams=frozenset(streams) or frozenset({Stream.RESIDUAL}),
    )  # fmt: skip


def town(design, *plants, clear=True):
    """16 kg of residual waste; one station, and plants behind it."""
    station = replace(TIP, design_kg=design, clear_daily=clear)
    return district(station, WATER, *plants), [part(line_town(), points=FOUR)]


def short(design, *plants, clear=True, hauled=True):
    bureau, parts = town(design, *plants, clear=clear)
    return proven_shortfall(bureau, parts, hauled=hauled)


def test_what_the_plants_have_no_quota_for_is_short():
    assert short(100, plant("P1", 9), plant("P2", 5)) == 2
    assert short(100, plant("P1", 9), plant("P2", 0)) == 0, "0 is no limit"


def test_what_the_station_cannot_take_is_short():
    assert short(11, plant("P1", 100)) == 5


def test_a_plant_for_another_stream_is_none():
    assert short(100, plant("P1", 0, Stream.KITCHEN)) == 16


def test_a_station_that_may_keep_its_waste_or_a_day_without_haul_needs_no_plant():
    assert short(100, plant("P1", 5), clear=False) == 0
    assert short(100, plant("P1", 5), hauled=False) == 0


def test_two_parts_share_what_there_is():
    bureau, parts = town(20, plant("P1", 100))
    assert proven_shortfall(bureau, [*parts, *parts], hauled=True) == 12


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 30), st.lists(st.integers(1, 12), min_size=1, max_size=3))
def test_shortfall_is_the_waste_less_the_narrowest_place(design, quotas):
    plants = [plant(f"P{n}", quota) for n, quota in enumerate(quotas)]
    assert short(design, *plants) == max(0, 16 - min(design, sum(quotas)))
