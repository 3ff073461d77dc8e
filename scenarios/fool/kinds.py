"""Kinds of edits of a `plan.json` that make it lie, by name: what the judge must notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scenarios.fool.claims import (
    FEN,
    add_to,
    another_day,
    another_what_if,
    crew,
    drop,
    field_of,
    figure,
    figure_gone,
    figure_of,
    invented_figure,
    invented_task,
    invented_violation,
    left_out_too,
    less_work,
    other_reason,
    raised_bound,
    served_now_left_out,
    set_plan,
    twice,
    unserved_served,
    vehicle_of_another,
)
from scenarios.fool.exchanges import EXCHANGES
from scenarios.fool.ways import (
    another_route_serves,
    arcs,
    drop_drive,
    kind_of,
    lose_step,
    lose_trip,
    no_way_home_at_all,
    other_facility,
    served_twice,
    set_step,
    shorter_service,
    swapped_tasks,
    teleport,
    trip_cut_in_two,
    trips_as_one,
)

if TYPE_CHECKING:
    from scenarios.fool.document import Forgery


def _fields(prefix: str, place: str, keys: str) -> dict[str, Forgery]:
    return {f"{prefix}: {key}": field_of(place, key) for key in keys.split()}


HOWS = ("cut", "none", "round", "other", "again")
WAYS: dict[str, Forgery] = {
    "no way home": drop_drive("end"),
    "no way home on any route": no_way_home_at_all,
    "no drive to the tip": drop_drive("tip"),
    "no drive to the water point": drop_drive("refill"),
    "no drive to the work": drop_drive("serve"),
    "teleported end": teleport("to"),
    "teleported begin": teleport("from"),
    **{
        f"drive {how}": arcs("drive", how)
        for how in ["cut", "none", "round", "other", "unknown", "again"]
    },
    **{f"service {how}": arcs("serve", how) for how in HOWS},
    **_fields("piece", "pieces", "name turn distance_m duration_s"),
    **_fields("drive", "drives", "distance_m arrive depart load_kg water_l"),
    **_fields("service", "services", "name distance_m arrive depart load_kg mode"),
    **_fields("visit", "visits", "name facility arrive depart load_kg water_l"),
    "a wait that is a drive": kind_of("wait", "drive"),
    "a drive that is a wait": kind_of("drive", "wait"),
    "a wait that is a break": kind_of("wait", "break"),
    "a break that is a wait": kind_of("break", "wait"),
    "a tip that is a refill": kind_of("tip", "refill"),
    "a service that is a break": kind_of("serve", "break"),
    "another facility": other_facility,
    "no facility": set_step("tip", "facility", None),
    "no task": set_step("serve", "task", None),
    "an unknown task": set_step("serve", "task", "sweep-nowhere"),
    "no mode": set_step("serve", "mode", None),
    "mode 99": set_step("serve", "mode", 99),
    "mode -1": set_step("serve", "mode", -1),
    "a name on a drive": set_step("drive", "name", "人民路"),
    "a task on a drive": set_step("drive", "task", "x"),
    "tasks swapped": swapped_tasks,
    "a service in no time": shorter_service,
    **{
        f"a {kind} less": lose_step(kind)
        for kind in ["serve", "tip", "refill", "break", "wait", "start", "end"]
    },
    "served twice": served_twice,
    "served by another route": another_route_serves,
    "a trip less": lose_trip,
    "trips as one": trips_as_one,
    "a trip cut in two": trip_cut_in_two,
    **_fields("trip", "trips", "load_kg water_l"),
}
"""Of routes: ways, steps, trips."""
ROUTES: dict[str, Forgery] = {
    **_fields("route", "routes", "id part vehicle vehicle_type operation shift depot engine"),
    **_fields("route", "routes", "crew_needed licence depart return distance_m service_m"),
    **_fields("route", "routes", "deadhead_m duration_s overtime_s cost_cny co2_kg"),
    "the vehicle of another route": vehicle_of_another("routes"),
    "nobody on a route": crew([]),
    "strangers on a route": crew(["nobody"]),
    "the crew of another route": crew(None),
    "a route less": drop("routes"),
    "a route twice": twice("routes"),
    "no routes at all": set_plan("routes", []),
    **_fields("duty", "roster", "driver name work begin end overtime_s"),
    "a person less": drop("roster"),
    "a person twice": twice("roster"),
    "a person's work less": less_work,
    "no roster at all": set_plan("roster", []),
}
"""Of routes as a whole and their people."""
HAUL: dict[str, Forgery] = {
    **_fields("station", "stations", "id name design_t taken_t load_ratio storage_t"),
    **_fields("station", "stations", "peak_ratio mean_wait_s max_wait_s series"),
    **_fields("quarter-hour", "series", "t arrivals tonnes queue stock_t"),
    "a station less": drop("stations"),
    "a station twice": twice("stations"),
    **_fields("tour", "tours", "id vehicle vehicle_type shift depot crew licence depart return"),
    **_fields("tour", "tours", "distance_m tonnes cost_cny co2_kg"),
    **_fields("pause", "pauses", "begin end"),
    "the vehicle of another tour": vehicle_of_another("tours"),
    "a tour less": drop("tours"),
    "a tour twice": twice("tours"),
    **_fields("run", "haul", "id tour vehicle driver station plant stream tonnes"),
    **_fields("run", "haul", "depart swap_end arrive_plant leave_plant return"),
    "a run less": drop("haul"),
    "a run twice": twice("haul"),
    "no haul at all": set_plan("haul", []),
}
"""Of stations and haul."""
FIGURES = """
tasks served unserved unserved_reasons service_km deadhead_km duty_h cost_cny bound_cny
bound_gap_share co2_kg collected_t water_m3 mechanised_rate station_taken_t balanced unbalanced
haul_bound_cny haul_gap_share haul_km plant_t uncollected_kg uncollected_t shortfall_kg violations
day_cost_cny unstaffed_routes driving deadhead_share
"""
CLAIMS: dict[str, Forgery] = {
    **_fields(
        "left out", "unserved", "task operation name relaxation lon lat stream kg operator zone"
    ),
    **{
        f"left out: {reason}": other_reason(reason)
        for reason in ["unreachable", "no_time", "weather", "queue", "because"]
    },
    "a task left out less": drop("unserved"),
    "a task left out twice": twice("unserved"),
    "an invented task left out": invented_task,
    "a served task left out too": left_out_too,
    "a served task now left out": served_now_left_out,
    "a task left out is served": unserved_served,
    "a key figure": figure,
    **{f"figure {key}": figure_of(key) for key in FIGURES.split()},
    "a bound of the haul above its cost": raised_bound(1.0),
    "a bound of the haul a fen below its cost": raised_bound(-FEN),
    "a key figure less": figure_gone,
    "an invented key figure": invented_figure,
    "an invented violation": invented_violation,
    "another day": another_day,
    **_fields("plan", "", "schema_version district district_id engine attribution language notes"),
    "an operation less": drop("operations"),
    "an operation more": add_to("operations", "dance"),
    "fewer operations asked for": set_plan("only", ["fog"]),
    "a note less": drop("notes"),
    "an invented note": add_to("notes", "all is well"),
    "another what-if": another_what_if,
    **_fields("difference", "assignment", "kept moved kept_share vehicles_after moves"),
}
"""Of tasks left out, key figures, and the plan as a whole."""
FORGERIES: dict[str, Forgery] = WAYS | ROUTES | HAUL | CLAIMS | EXCHANGES
"""Every kind by its name."""
