"""Hours come round every day, over midnight and back, and what closes first is named."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from models.day import Budget
from scenarios.desk.day import plan_folder
from scenarios.district import check_district
from solver.day.plan import Request

HERE = Path(__file__).parent
DAY = date(2026, 3, 18)


@pytest.fixture
def case(tmp_path):
    """A copy of a case with texts of its files replaced: `case(15, {"points.csv": (old, new)})`."""

    def copied(number: int, changes=None) -> Path:
        (folder,) = HERE.glob(f"{number}-*")
        into = tmp_path / folder.name
        shutil.copytree(folder, into, dirs_exist_ok=True)
        for name, pairs in (changes or {}).items():
            text = (into / name).read_text(encoding="utf-8")
            for old, new in pairs if isinstance(pairs, list) else [pairs]:
                assert old in text, (name, old)
                text = text.replace(old, new)
            (into / name).write_text(text, encoding="utf-8")
        return into

    return copied


def planned(folder: Path):
    request = Request(
        day=DAY, budget=Budget(iterations=40), workers=1, only=frozenset({"collect_residual"})
    )
    return plan_folder(folder, request)[1].plan


def steps(plan, kind):
    return [s for r in plan.routes for t in r.trips for s in t.steps if s.kind == kind]


def codes(plan):
    return {one.code for one in plan.violations} - {"CREW_SHORT"}


def test_a_station_open_since_last_evening_takes_the_load_before_it_closes(case):
    plan = planned(case(15))
    assert plan.unserved == []
    assert codes(plan) == set()
    (tip,) = steps(plan, "tip")
    assert tip.arrive.date() == DAY
    assert "04:15" <= f"{tip.arrive:%H:%M}" <= f"{tip.depart:%H:%M}" <= "05:30"


@pytest.mark.parametrize(
    ("hours", "served"),
    [
        ("22:00-05:30+1", 2),
        ("00:00-05:30;22:00-24:00", 2),
        ("24:00-29:30", 2),
        ("12:00-12:00+1", 2),
        ("24h", 2),
        ("22:00-04:10+1", 0),
        ("13:00-20:00", 0),
        ("22:00-22:05", 0),
    ],
)
def test_hours_of_a_station_told_in_any_way(case, hours, served):
    """Out 04:05 to 12:50 with overtime; the earliest load is at the gate at a quarter past four."""
    plan = planned(case(15, {"facilities.csv": ("22:00-05:30+1", hours)}))
    assert len(steps(plan, "serve")) == served
    assert codes(plan) == set()
    assert {one.reason for one in plan.unserved} <= {"window"}, "a closed site is not unreachable"


@pytest.mark.parametrize("hours", ["22:00-05:00+1", "00:00-05:00", "23:00-24:00;00:00-04:30"])
def test_points_open_since_last_evening_are_served_in_the_small_hours(case, hours):
    changes = {
        "points.csv": [(",240,", f",240,{hours}"), (",300,", f",300,{hours}")],
        "district.toml": [('begin = "04:00"', 'begin = "00:00"'), ('"12:00"', '"06:00"')],
        "facilities.csv": ("22:00-05:30+1", "24h"),
    }
    folder = case(15, changes)
    assert not [one for one in check_district(folder, DAY).warnings if one.code == "W404"]
    plan = planned(folder)
    assert plan.unserved == []
    assert codes(plan) == set()


@pytest.mark.parametrize("hours", ["20:00-24:00;04:00-11:00", "24h", "11:00-10:59+1"])
def test_hours_of_points_that_end_at_midnight_or_go_around_the_clock(case, hours):
    changes = {
        "points.csv": [(",240,", f",240,{hours}"), (",300,", f",300,{hours}")],
        "facilities.csv": ("22:00-05:30+1", "24h"),
    }
    plan = planned(case(15, changes))
    assert plan.unserved == []
    assert codes(plan) == set()


@pytest.mark.parametrize(
    ("hours", "served"),
    [
        ("00:00-04:40", 2),
        ("22:00-04:40+1", 2),
        ("23:00-04:30+1;04:40-04:50", 2),
        ("24:00-28:40", 2),
        ("11:30-16:00", 2),
        ("12:00-12:00+1", 2),
        ("04:20-04:21", 0),
        ("00:00-04:05", 0),
    ],
)
def test_points_whose_hours_a_shift_meets_for_minutes_only(case, hours, served):
    """Out 04:05 to 12:50 with overtime: a few minutes are enough where nobody else comes."""
    changes = {
        "points.csv": [(",240,", f",240,{hours}"), (",300,", f",300,{hours}")],
        "facilities.csv": ("22:00-05:30+1", "24h"),
    }
    plan = planned(case(15, changes))
    assert len(steps(plan, "serve")) == served
    assert codes(plan) == set()


@pytest.mark.parametrize(
    "hours",
    ["00:00-05:00", "24:00-29:00", "22:00-05:00+1", "24h", "23:30-00:30+1", "03:50-05:00",
     "00:00-05:00;20:00-21:00"],
)  # fmt: skip
def test_a_plant_open_after_midnight_takes_the_night_haul(case, hours):
    plan = planned(case(16, {"facilities.csv": ("00:00-05:00", hours)}))
    assert codes(plan) == set()
    assert [run.tonnes for run in plan.haul] == [6.0]
    assert plan.kpis["shortfall_kg"] == 0


def test_an_early_truck_uses_a_plant_open_since_last_evening(case):
    changes = {
        "facilities.csv": [("00:00-05:00", "22:00-06:00+1"), ("05:00-22:00", "24h")],
        "vehicles.csv": ("H1,hl_15,D1,night", "H1,hl_15,D1,early"),
    }
    plan = planned(case(16, changes))
    assert codes(plan) == set()
    assert all(f"{run.leave_plant:%H:%M}" <= "06:00" for run in plan.haul)


@pytest.mark.parametrize(
    ("meal", "code"),
    [
        ("13:00-14:00", "E115"),
        ("03:00-05:00", "E115"),
        ("11:00-12:00", "E115"),
        ("11:00-13:00", "E115"),
        ("12:00-13:00", "E115"),
        ("04:00-12:00", "E115"),
        ("07:00-07:00", "E307"),
        ("07:00", "E306"),
        ("04:00-04:30", None),
        ("07:00-07:30", None),
        ("07:00+1-08:00+1", None),
        ("00:00-30:00", "E322"),
    ],
)
def test_a_meal_nobody_would_ever_eat_is_a_finding(case, meal, code):
    folder = case(19, {"district.toml": ("13:00-14:00", meal)})
    found = [one.code for one in check_district(folder, DAY).issues]
    assert found == ([code] if code else [])


@pytest.mark.parametrize(
    ("first", "second", "meals"),
    [("04:30-05:00", "09:00-10:00", 1), ("04:30-05:00", "04:30-06:00", 0),
     ("09:00-10:00", "09:00-10:00", 0)],
)  # fmt: skip
def test_a_meal_is_eaten_only_in_a_route_that_is_out_at_its_hours(case, first, second, meals):
    """Out from five to nine the pause falls into the wait; before seven or after eight there is
    none."""
    changes = {
        "district.toml": ("13:00-14:00", "07:00-08:00"),
        "points.csv": [(",240,", f",240,{first}"), (",300,", f",300,{second}")],
    }
    plan = planned(case(19, changes))
    assert plan.unserved == []
    assert codes(plan) == set()
    pauses = steps(plan, "break")
    assert len(pauses) == meals
    assert all("07:00" <= f"{one.arrive:%H:%M}" < "08:00" for one in pauses)


def test_a_meal_after_midnight_belongs_to_the_night_shift(case):
    night = [("04:00", "20:00"), ('"12:00"', '"04:00+1"'), ("13:00-14:00", "00:00-01:00")]
    report = check_district(case(19, {"district.toml": night}), DAY)
    assert report.issues == ()
    assert report.district.shifts[0].meal == (86_400, 90_000)


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        ("facilities.csv", "22:00-05:30+1", "05:00-06:00+1", "E322"),
        ("facilities.csv", "22:00-05:30+1", "22:00-06:00+1;05:00-08:00", "E308"),
        ("facilities.csv", "22:00-05:30+1", "05:00-05:00", "E307"),
        ("points.csv", ",240,", ",240,05:00-09:00+2", "E322"),
        ("district.toml", '"12:00"', '"12:00+1"', "E114"),
    ],
)
def test_hours_longer_than_a_day_are_refused_at_the_door(case, name, old, new, code):
    found = check_district(case(15, {name: (old, new)}), DAY).issues
    assert [one.code for one in found] == [code]


def test_vehicles_stay_in_while_their_depot_is_shut(case):
    """The depot opens at five; the station closes at half past: out, loaded, tipped."""
    plan = planned(case(15, {"facilities.csv": ("121.08,31.97,24h", "121.08,31.97,05:00-20:00")}))
    assert codes(plan) == set()
    assert all(f"{route.depart:%H:%M}" >= "05:00" for route in plan.routes)
    assert len(steps(plan, "serve")) == 2


def test_a_depot_shut_all_through_the_shift_is_told(case):
    folder = case(15, {"facilities.csv": ("121.08,31.97,24h", "121.08,31.97,13:00-20:00")})
    assert "W411" in {one.code for one in check_district(folder, DAY).warnings}
    plan = planned(folder)
    assert {one.reason for one in plan.unserved} == {"no_vehicle_type"}
    assert any("D1" in note.en and "V1" in note.en for note in plan.notes)


def test_a_station_that_closes_first_is_named_with_the_hour_that_would_do(case):
    """The second point may be served from half past eight, and is at the station at 20:40."""
    plan = planned(case(22))
    assert {one.reason for one in plan.unserved} == {"window"}
    assert {one.relaxation.zh for one in plan.unserved} == {"S1开放时间 06:00-20:15"}
    assert {(one.least.kind, one.least.id, one.least.until) for one in plan.unserved} == {
        ("hours", "S1", "20:50")
    }
    open_longer = case(22, {"facilities.csv": ("06:00-20:15", "06:00-20:50")})
    assert planned(open_longer).unserved == []


@pytest.mark.parametrize(
    ("hours", "wanted"),
    [
        ("06:00-20:00", ("S1", "20:50")),
        ("06:00-20:15;23:00-24:00", None),
        ("00:00-20:15", None),
        ("21:00-23:00", None),
        ("22:00-20:15+1", None),
        ("06:00-20:15,residual\nS2,station,121.0821178,31.9754262,06:00-20:30", ("S2", "20:50")),
    ],
    ids=["shut", "again", "after midnight", "later", "next day", "two stations"],
)
def test_stations_that_close_first_open_again_or_are_two(case, hours, wanted):
    """Where several close first the one that needs the least is named."""
    plan = planned(case(22, {"facilities.csv": ("06:00-20:15", hours)}))
    assert codes(plan) == set()
    assert len(steps(plan, "serve")) == (0 if wanted else 2)
    assert {(one.least.id, one.least.until) for one in plan.unserved} == ({wanted} - {None})


@pytest.mark.parametrize(
    ("waste_kg", "demand", "needed"), [(299, 300, 300), (200, 300, 300), (299, 5_000, 5_000)]
)
def test_what_no_vehicle_can_carry_names_the_size_that_could(case, waste_kg, demand, needed):
    changes = {"vehicles.csv": (",299", f",{waste_kg}"), "points.csv": (",300,", f",{demand},")}
    plan = planned(case(21, changes))
    sizes = [one.least for one in plan.unserved if one.reason == "too_large"]
    assert max(one.amount for one in sizes) == needed
    assert {(one.kind, one.id) for one in sizes} == {("payload", "cp_8")}


@pytest.mark.parametrize(
    ("payload", "demand", "tips"),
    [(540, "300", 1), (539, "300", 2), (300, "300", 2), (299, "299", 2), (299, "0", 1)],
)
def test_a_load_that_fills_the_vehicle_exactly_is_served(case, payload, demand, tips):
    """240 kg and the other point's: together as long as they fit to the kilogram."""
    changes = {"vehicles.csv": (",299", f",{payload}"), "points.csv": (",300,", f",{demand},")}
    plan = planned(case(21, changes))
    assert plan.unserved == []
    assert len(steps(plan, "tip")) == tips


def test_half_a_kilogram_too_much_is_too_large(case):
    plan = planned(case(21, {"points.csv": (",300,", ",299.5,")}))
    assert [(one.reason, one.least.amount) for one in plan.unserved] == [("too_large", 300)]


def test_a_closed_station_is_told_by_its_hours(case):
    plan = planned(case(15, {"facilities.csv": ("22:00-05:30+1", "13:00-20:00")}))
    assert {one.relaxation.zh for one in plan.unserved} == {"S1开放时间 13:00-20:00"}
