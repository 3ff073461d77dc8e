"""A district without roads, for tests of edits, and work for sweeps."""

import os
import time
from pathlib import Path

from models.district import District, Point, Site, SiteKind, Stream, Vehicle


def station(name: str, tonnes: int = 50) -> Site:
    return Site(
        id=name, name=name, kind=SiteKind.STATION, lon=120.0, lat=31.0, design_kg=1_000 * tonnes,
        bays=2, press_kg_h=14_000, storage_kg=500 * tonnes, boxes=3, windows=((14_400, 82_800),),
    )  # fmt: skip


def district() -> District:
    return District(
        id="t",
        name="t",
        folder=Path(),
        roads="roads.osm",
        profile="standard",
        sites=(
            station("S1"),
            station("S2", 30),
            Site(
                id="P1", name="P1", kind=SiteKind.PLANT, lon=120.1, lat=31.0, daily_quota_kg=9_000
            ),
        ),
        vehicles=(
            Vehicle(id="V1", type="cp_8", depot="D1", shifts=("early",), overrides={}),
            Vehicle(id="V2", type="cp_8", depot="D1", shifts=("early",), overrides={}),
        ),
        shifts=(),
        points=tuple(
            Point(id=f"R{k}", name="", lon=120.0 + k / 100, lat=31.0, stream=Stream.RESIDUAL,
                  demand_kg=100 + k, service_s=60)
            for k in range(3)
        ),
        costs={},
    )  # fmt: skip


def double(job: int) -> dict[str, int]:
    return {"value": 2 * job}


def double_or_die(job: tuple[int, str]) -> dict[str, int]:
    """Dies the first time it meets job 3: the marker file tells."""
    number, marker = job
    if number == 3 and not Path(marker).exists():
        Path(marker).touch()
        os._exit(9)
    time.sleep(0.05)
    return {"value": 2 * number}


def always_dies(job: int) -> dict[str, int]:
    os._exit(9)
