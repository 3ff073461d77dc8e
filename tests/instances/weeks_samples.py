"""The smallest file of every format of several days, small enough to add up by hand."""

import json

PVRP = """\
1 1 3 2
0 10
0 10
0 0 0 0 0 0 0
1 3 4 0 4 2 1 3
2 6 8 0 4 1 2 1 2
3 0 9 0 4 1 1 2
"""

CONVRP = """\
NAME: lane
TYPE: CVRP
DIMENSION: 4
NUM_DAYS: 3
CAPACITY: 4
DISTANCE: 50
NODE_COORD_SECTION
1 1.0 0.0
2 2.0 0.0
3 3.0 0.0
DEMAND_SECTION
1 1 1 -1
2 1 -1 1
3 1 1 -1
SVC_TIME_SECTION
1 1.0 1.0 1.0
2 1.0 1.0 1.0
3 1.0 1.0 1.0
DEPOT_SECTION
0.0 0.0
-1
EOF
"""

PCARP = """\
Name = triangle
nbnodes=3
nbarcs=7
nbtasks=2
nbnon_req=1
nbtrucks=1
capacity=20
total_cost=7
Depot=1
!List of internal arcs:
 arc=1, From=1, to=1, Qty=-1, Trav=0, Col= 0, inv=1,succ=1,2; freq= 5, minspac= 1, maxspac= 1
 arc=2, From=1, to=2, Qty=1, Trav=3, Col= 5, inv=4,succ=3,4; freq= 2, minspac= 2, maxspac= 2
 arc=3, From=2, to=3, Qty=1, Trav=4, Col= 6, inv=6,succ=5,6; freq= 1, minspac= 1, maxspac= 2
 arc=4, From=2, to=1, Qty=1, Trav=3, Col= 5, inv=2,succ=1,2; freq= 2, minspac= 1, maxspac= 1
 arc=5, From=3, to=1, Qty=0, Trav=9, Col= 9, inv=7,succ=1,2; freq= 1, minspac= 1, maxspac= 1
 arc=6, From=3, to=2, Qty=1, Trav=4, Col= 6, inv=3,succ=3,4; freq= 1, minspac= 1, maxspac= 2
 arc=7, From=1, to=3, Qty=0, Trav=9, Col= 9, inv=5,succ=5,6; freq= 1, minspac= 1, maxspac= 1
"""


def _stop(number, kind, frequency=0.0, demand=0.0, service=0.0):
    return {
        "type": "Feature",
        "properties": {
            "id": number,
            "type": kind,
            "frequency": frequency,
            "demand": demand,
            "service": service,
        },
    }


PVRPIF = json.dumps(
    {
        "type": "FeatureCollection",
        "info": {
            "customer": 2,
            "intermediateFacility": 1,
            "depot": 1,
            "numVehicles": 1,
            "maxDuration": 60,
            "maxCapacity": 10,
            "planningHorizon": 4,
        },
        "features": [
            _stop(0, "depot"),
            _stop(1, "customer", 2.0, 6.0, 5.0),
            _stop(2, "customer", 1.0, 6.0, 5.0),
            _stop(3, "intermediateFacility"),
        ],
        "duration": [[0, 2, 3, 4], [2, 0, 1, 2], [3, 1, 0, 1], [4, 2, 1, 0]],
    },
    indent=1,
)

WEEKS = {"pvrp": PVRP, "pcarp": PCARP, "pvrpif": PVRPIF}
