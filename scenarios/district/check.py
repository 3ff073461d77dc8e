"""Everything wrong with a district folder, without solving: rows, references, roads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scenarios.district.on_roads import check_on_roads
from scenarios.district.reachable import check_reachable
from scenarios.district.read import read_folder
from scenarios.district.reading import sorted_issues
from scenarios.district.roads import find_network

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from models.district import District
    from models.errors import Issue
    from models.network import RoadNetwork
    from models.trade.rules import RuleProfile
    from scenarios.district.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a check found. `figures` are counts and sums with their unit in the key.

    `district`, `network` and `rules` (with the district's costs) are None where they could not
    be read.
    """

    issues: tuple[Issue, ...]
    warnings: tuple[Issue, ...]
    figures: Mapping[str, float]
    district: District | None
    network: RoadNetwork | None
    rules: RuleProfile | None

    @property
    def fine(self) -> bool:
        """Whether a plan can be made of the folder."""
        return not self.issues


def check_district(folder: Path, day: date, network: RoadNetwork | None = None) -> Report:
    """Check all of `folder` for a plan of `day`; `network` saves reading the roads again.

    Raises nothing for bad input: every problem is an issue of the report.
    """
    reading = read_folder(folder, day)
    if network is None and reading.settings is not None:
        network = find_network(folder, reading.settings, reading.findings)
    if network is not None:
        check_on_roads(reading, network)
    findings = reading.findings
    district = None if findings.issues else reading.district()
    if district is not None and network is not None and reading.rules is not None:
        check_reachable(reading, district, reading.rules, network)
    return Report(
        issues=tuple(sorted_issues(findings.errors())),
        warnings=tuple(sorted_issues(findings.notes())),
        figures=_figures(reading, network),
        district=district,
        network=network,
        rules=reading.rules,
    )


def _figures(reading: Reading, network: RoadNetwork | None) -> dict[str, float]:
    """Counts of rows, and sums a bureau knows by heart: a quick look shows a wrong unit."""
    figures: dict[str, float] = {name: table.count for name, table in reading.tables.items()}
    by_stream: dict[str, float] = {}
    for _, point in reading.rows["points"]:
        key = f"demand_{point.stream}_t"
        by_stream[key] = by_stream.get(key, 0) + point.demand_kg / 1000
    figures |= {key: round(tonnes, 3) for key, tonnes in sorted(by_stream.items())}
    design = [site.design_t or 0 for _, site in reading.rows["facilities"]]
    if any(design):
        figures["design_t"] = round(sum(design), 3)
    if network is not None:
        figures["arcs"] = network.num_arcs
        figures["arcs_km"] = round(float(network.length_m.sum()) / 1000, 1)
        figures["width_guessed_percent"] = round(100 * float(network.width_guessed.mean()), 1)
    return figures
