"""What the map means for the work: places no vehicle can serve, and what the map left unclear."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scenarios.district.words.messages import Where
from solver.roads.reading.map_notes import worth_telling
from solver.tasks.overrides import widen
from solver.tasks.stopping import refused_stops

if TYPE_CHECKING:
    from models.district import District
    from models.network import RoadNetwork
    from models.trade.rules import RuleProfile
    from scenarios.district.reading import Reading

MOST_TRIED = 50_000
"""Points that are tried on their own street, 50 CPU-us each; a plan tries them all."""
MOST = 200
"""So many unreachable places are named one by one."""
_TABLES = {"point": "points", "order": "orders"}


def check_reachable(
    reading: Reading, district: District, rules: RuleProfile, network: RoadNetwork
) -> None:
    """Warn of points and orders that no vehicle can serve, and of what the map reader assumed."""
    findings = reading.findings
    for note in worth_telling(network):
        findings.add("W505", Where(district.roads), zh=note.zh, en=note.en)
    tried = replace(district, points=district.points[:MOST_TRIED])
    if len(district.points) > MOST_TRIED:
        findings.add("W508", reading.tables["points"].where(), count=f"{MOST_TRIED:,}")
    refused = list(refused_stops(widen(network, district.streets), tried, rules))
    named = {stop.id for stop, _ in refused}
    rows = {
        "point": {row.id: number for number, row in reading.rows["points"] if row.id in named},
        "order": {order.id: number for number, order in reading.orders() if order.id in named},
    }
    # Loads of one order stand in one row, and at one place.
    told = {(stop.table, rows[stop.table][stop.id]): (stop, why) for stop, why in refused}
    for (kind, row), (stop, why) in list(told.items())[:MOST]:
        where = reading.tables[_TABLES[kind]].where(row, "lon")
        findings.add("W504", where, stop.id, zh=why.zh, en=why.en)
    if len(told) > MOST:
        findings.add("W506", Where(district.roads), count=len(told) - MOST)
