"""A lane of three nodes with two streams, small enough to add up by hand.

Depot at 0, streets 0-1 (10 s) and 1-2 (20 s), one sorting site 5 s off node 2.
"""

from models.echelons.network import ChamberTruck, EchelonNetwork, SortingSite, WasteStreet

NETWORK = EchelonNetwork(
    name="lane",
    streams=("paper", "glass"),
    streets=(WasteStreet(0, 1, 10, (30, 0)), WasteStreet(1, 2, 20, (30, 8))),
    depot=0,
    sites=(SortingSite("sorting", 2, 5, haul_s=(100, 300)),),
    trucks=(
        ChamberTruck("two", routes=1, chambers=(20, 10), press=(3, 1)),
        ChamberTruck("one", routes=2, chambers=(40,), press=(3, 1)),
    ),
    load_l=(40, 40),
    shift_s=1_000,
)
"""Together: out over both streets 30, into the site and back 10, home 30; two loads of paper and
one of glass: 70 + 500. Apart the glass drives 70 more."""
