"""The smallest file of every format, small enough to add up by hand."""

CARP = """\
 NOMBRE : triangle
 COMENTARIO : 10 (cota superior)
 VERTICES : 3
 ARISTAS_REQ : 2
 ARISTAS_NOREQ : 1
 VEHICULOS : 1
 CAPACIDAD : 5
 TIPO_COSTES_ARISTAS : EXPLICITOS
 COSTE_TOTAL_REQ : 7
 LISTA_ARISTAS_REQ :
 ( 1, 2)  coste 3 demanda 2
 ( 2, 3)  coste 4 demanda 2
 LISTA_ARISTAS_NOREQ :
 ( 3, 1)  coste 9
 DEPOSITO :   1
"""

MCARP = """\
NAME : mixed
NODES : 3
REQ_EDGES : 1
NOREQ_EDGES : 0
REQ_ARCS : 1
NOREQ_ARCS : 1
VEHICLES : 1
CAPACITY : 5
DUMPING_COST : 30
LIST_REQ_EDGES :
( 1, 2)   serv_cost 5   trav_cost 3   demand 2
LIST_REQ_ARCS :
( 2, 3)   serv_cost 6   trav_cost 4   demand 2
LIST_NOREQ_ARCS :
( 3, 1)   cost 9
DEPOT : 1
"""

MCARPTIF = """\
NAME : dumps
NODES : 3
REQ_EDGES : 2
NOREQ_EDGES : 1
REQ_ARCS : 0
NOREQ_ARCS : 0
VEHICLES : 1
CAPACITY : 5
DUMPING_COST : 30
MAX_TRIP : 100
LIST_REQ_EDGES :
(-1,-2)   serv_cost 5   trave_cost 3   demand 2
(-2,-3)   serv_cost 6   trav_cost 4   demand 2
LIST_NOREQ_EDGES :
(-3,-1)   cost 9
DEPOT : -1
DUMPING_SITES : -3,-1"""

CARP_TURNS = """\
NAME\tcross
NODES\t4
REQ_EDGES\t1
NOREQ_EDGES\t1
REQ_ARCS\t1
NOREQ_ARCS\t0
CAPACITY\t10\t10.5
DUMPING_COST\t30
MAX_DURATION\t1000
DEPOT\t1
DUMPING_SITES\t1
TURN_PENALTY\t0\t5\t10\t40.125
LIST_REQ_EDGES :
1\t2\t12\t2\t3\t3\t0 0,0 1
LIST_NOREQ_EDGES :
2\t3\t0\t7\t0\t0\t0 1,0 1,1 1
LIST_REQ_ARCS :
2\t4\t11\t1\t3\t3\t0 1,0 2
LIST_NOREQ_ARCS :
"""

MCGRP = """\
Name:\t\tmini
Optimal value:\t-1
#Vehicles:\t-1
Capacity:\t5
Depot Node:\t1
#Nodes:\t\t3
#Edges:\t\t2
#Arcs:\t\t2
#Required N:\t1
#Required E:\t1
#Required A:\t1

ReN.\tDEMAND\tS. COST
N2\t1\t1

ReE.\tFROM N.\tTO N.\tT. COST\tDEMAND\tS. COST
E1\t1\t2\t3\t1\t7

EDGE\tFROM N.\tTO N.\tT. COST
NrE1\t2\t3\t4

ReA.\tFROM N.\tTO N.\tT. COST\tDEMAND\tS. COST
A1\t3\t1\t9\t1\t1

ARC\tFROM N.\tTO N.\tT. COST
NrA1\t1\t3\t9
"""

MCGRP_TURNS = """\
Name:\t\t\tmini
#Vehicles:\t\t2
Capacity:\t\t5
Depot:\t\t\t1
#Nodes:\t\t\t3
#Edges:\t\t\t1
#Arcs:\t\t\t2
#Required-N:\t1
#Required-E:\t1
#Required-A:\t1
#Nb-Turns:\t\t4

----------NODES----------
INDEX\tQTY\tIS-REQUIRED\tX\tY
1\t0\t0\t0\t0
2\t1\t1\t0\t1
3\t0\t0\t1\t1

----------EDGES----------
INDEX-I\tINDEX-J\tQTY\tIS-REQUIRED\tTR-COST
1\t2\t1\t1\t3

-----------ARCS----------
INDEX-I\tINDEX-J\tQTY\tIS-REQUIRED\tTR-COST
2\t3\t1\t1\t4
3\t1\t0\t0\t9

----------TURNS----------
INDEX-I\tINDEX-J INDEX-K\tCOST TYPE
1\t2\t3\t5\tR
2\t3\t1\t6\tR
3\t1\t2\t7\tR
1\t2\t1\t10000\tU
"""

VRPLIB = """\
NAME : \tmini
COMMENT : \t"by hand"
TYPE : \tCVRP
DIMENSION : \t3
EDGE_WEIGHT_TYPE : \tEUC_2D
CAPACITY : \t5
NODE_COORD_SECTION
1\t0\t0
2\t3\t4
3\t0\t4.6
DEMAND_SECTION
1\t0
2\t2
3\t2
DEPOT_SECTION
\t1
\t-1
EOF
"""

SOLOMON = """\
C0

VEHICLE
NUMBER     CAPACITY
  2         200

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0      0         0          0          0       100          0
    1      1         1         10          9        20         90
    2      3         4         30          0        50         90
"""

CORDEAU = """\
2 1 2 2
 100 50
 0 60
 1 3 4 2 7 1 2 1 2
 2 0 5 0 30 1 2 1 2
 3 0 0 0 0 0 0
 4 6 8 0 0 0 0
"""

CREVIER = """\
NAME : mini
CUSTOMERS : 2
DEPOTS : 2
VEHICLES : 1
MAX_ROTATION_DURATION : 600
CAPACITY : 20
DOCKING_TIME : 15
CENTRAL_DEPOT : 4
CUSTOMER_SECTION (id x y service_duration demand)
1 3 4 2 12
2 0 5 7 18
DEPOT_SECTION (id x y)
3 0 0
4 6 8
"""

KIM = """\
28.0 // vehicle capacity (yards)
40.0 // yards a day
500 // stops a day
3600 // lunch
30 // speed: MPH
Stop_ID X(feet) Y(feet) Early_St_Time (HHMM) Late_St_Time (HHMM) Svice_Time(Sec) Load Stop_Type
0 0.00 0.00 0400 1500 0 9999.00 0
7 5280.00 0.00 0700 1700 900 9999.00 2
9 0.00 2640.00 0000 0875 180 12.50 1
"""

ALL = {
    "carp": CARP,
    "mcarp": MCARP,
    "mcarptif": MCARPTIF,
    "mcarptif-tp": CARP_TURNS,
    "mcgrp": MCGRP,
    "mcgrp-tp": MCGRP_TURNS,
    "cvrp": VRPLIB,
    "vrptw": SOLOMON,
    "mdvrp": CORDEAU,
    "mdvrpi": CREVIER,
    "waste-vrptw": KIM,
}
