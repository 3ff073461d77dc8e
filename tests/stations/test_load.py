"""What a station takes, quarter-hour by quarter-hour, added up by hand."""

from dataclasses import replace

import pytest

from models.day import DrivenDay
from models.district import Stream
from models.solution import Reason, Route, Serve, Solution, Use
from models.station import HaulPlan, HaulRun, HaulTour
from solver.stations.load import alarms, station_loads
from solver.stations.queue import schedule_day
from solver.trade.profile import load_profile
from tests.line_town import drive_through
from tests.stations.town import TIP, WATER, district, part

RULES = load_profile("standard").stations
TWO_TRIPS = Solution(
    (Route(0, (Serve(0, 0), Serve(1, 0), Use(0), Serve(2, 0), Use(0))),), {3: Reason.NO_TIME}
)


def load(town, haul=None):
    own = part()
    times = (drive_through(own.problem, TWO_TRIPS.routes[0]),)
    (found,) = station_loads(town, RULES, DrivenDay.of([own], [TWO_TRIPS], [times]), haul)
    return found


def test_tonnes_and_arrivals_stand_in_the_quarter_hour_they_happen():
    """t1 60+300, t2 60+300: at the tip at 720 until 1320; t3 1380..1680, tip 1740..2340."""
    found = load(district())
    assert (found.taken_kg, found.load_percent) == (12, 30)
    assert [(q.begin, q.arrivals, q.kg) for q in found.series] == [
        (0, 1, 0),
        (900, 1, 8),
        (1800, 0, 4),
    ]


def test_the_press_takes_what_comes_and_leaves_a_backlog():
    """16 kg/h at 70 % press 11 kg/h, 2 kg in a quarter-hour: 8 leave 6, then 6 + 4 - 2 = 8."""
    found = load(district(replace(TIP, press_kg_h=16), WATER))
    assert [q.stock_kg for q in found.series] == [0, 6, 8]
    assert found.max_stock_kg == 8


def test_haul_departures_lower_the_stock():
    run = HaulRun(
        truck="t",
        station="tip",
        plant="p",
        stream=Stream.SWEEPINGS,
        kg=8,
        swap_begin=1_400,
        swap_end=1_880,
        tip_begin=3_000,
        tip_end=4_500,
    )
    plan = HaulPlan(tours=(HaulTour(truck="t", begin=0, end=9_000, runs=(run,)),), cost=1, bound=1)
    assert [q.stock_kg for q in load(district(), plan).series] == [0, 8, 4]


def test_the_busiest_quarter_hour_is_compared_with_an_even_day():
    """Design 96 kg over 24 h is 1 kg a quarter-hour; 8 kg come at once."""
    assert load(district(replace(TIP, design_kg=96), WATER)).peak_percent == 800


def test_waits_and_queue_come_from_the_bays():
    """Three vehicles of one route each want the bay at 420; they wait 0, 600 and 1,200 s."""
    parts = tuple(part() for _ in range(3))
    solution = Solution(
        (Route(0, (Serve(1, 0), Use(0))),), dict.fromkeys((0, 2, 3), Reason.NO_TIME)
    )
    day = schedule_day(district(), parts, (solution,) * 3)
    (found,) = station_loads(district(), RULES, day)
    assert found.max_wait_s == 0, "whoever would wait leaves the depot later"
    assert found.taken_kg == 12


def test_alarms_name_stations_from_the_profiles_share_on():
    """12 kg of a design of 10, 13 and 14 kg."""
    (over,) = alarms([load(district(replace(TIP, design_kg=10), WATER))], 0.9)
    assert (over.load_percent, over.over_kg) == (120, 2)
    (near,) = alarms([load(district(replace(TIP, design_kg=13), WATER))], 0.9)
    assert (near.load_percent, near.over_kg) == (92, 0)
    roomy = load(district(replace(TIP, design_kg=14), WATER))
    assert alarms([roomy], 0.9) == ()
    assert [one.site for one in alarms([roomy], 0.85)] == ["tip"]


@pytest.mark.parametrize(
    ("taken", "design", "share", "told"),
    [
        (899, 1_000, 0.9, None),
        (900, 1_000, 0.9, (90, 0)),
        (700, 1_000, 0.7, (70, 0)),
        (1_000, 1_000, 1.0, (100, 0)),
        (1_001, 1_000, 1.0, (100, 1)),
        (5_000, 0, 0.9, None),
    ],
)
def test_an_alarm_begins_at_its_share_to_the_kilogram_and_is_over_from_the_next(
    taken, design, share, told
):
    """0.7 x 1,000 is 700 kg, whatever binary fractions make of it; without a design: no alarm."""
    one = replace(load(district()), taken_kg=taken, design_kg=design)
    found = [(alarm.load_percent, alarm.over_kg) for alarm in alarms([one], share)]
    assert found == ([told] if told else [])


def test_the_fullest_station_comes_first_even_where_the_per_cents_are_equal():
    """10,040 and 10,010 of 10,000 kg are both 100 %; stations equally full go by their names."""
    usual = load(district())
    rows = [("a", 10_010), ("c", 9_500), ("d", 10_040), ("b", 9_500)]
    loads = [replace(usual, site=site, taken_kg=kg, design_kg=10_000) for site, kg in rows]
    assert [one.site for one in alarms(loads, 0.9)] == ["d", "a", "b", "c"]


def test_a_station_nobody_uses_is_listed_with_nothing():
    town = district(TIP, WATER, replace(TIP, id="idle"))
    found = station_loads(town, RULES, DrivenDay(()))
    assert [(one.site, one.taken_kg, one.series) for one in found] == [
        ("tip", 0, ()),
        ("idle", 0, ()),
    ]
