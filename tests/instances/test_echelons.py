"""Danish counties in two echelons: four files become a network, and what is wrong is told."""

import pytest

from benchmarks.budget import Budget
from benchmarks.networks import run_networks
from benchmarks.record import read_records
from benchmarks.tables import instances_table
from models.errors import HuanweiError, InstanceError
from scenarios.instances.echelons.read import echelon_cases, parse_echelons, read_echelons

GRAPH = """\
ProblemType:\tMC-CARP
NumberNodes:\t3
NumberEdges:\t2
DepotNodeNumber:\t0
NumberOfFractions:\t2
NumberOfIntervalsForFraction\tPaper\t1\t14
NumberOfIntervalsForFraction\tGlass\t1\t14
GRAPH
EdgeNumber\tEdgeId\tStartNodeNumber\tEndNodeNumber\tCost\tDemand_0\tBins_0
\tDemand_1\tBins_1
START
0\t133\t0\t1\t10\t30\t2\t0\t0
1\t-5\t1\t2\t20\t30\t1\t8\t1
END
"""
SITES = """\
Dumping site,latitude,longitude,x,y,Closest node,Closest distance,Closest time
sorting,55.0,12.0,0,0,2.0,50.5,5.2
"""
PLANTS = "Plant,latitude,longitude,x,y\nnorth,55.1,12.0,0,0\nsouth,54.0,12.0,0,0\n"
FLEET = """\
NumberVehicleTypes:\t2
-------------------------
VehicleType:\t\t1
NumberVehicles\t\t3\t
NumberCompartments\t2
CompartmentCapacities\t20\t10
NumberCompression\t2
Paper\t\t\t3
Glass\t\t\t1
-------------------------
VehicleType:\t\t2
NumberVehicles\t\t1
NumberCompartments\t1
CompartmentCapacities\t40
Paper\t\t\t3
Glass\t\t\t1
"""


def parsed(graph=GRAPH, sites=SITES, plants=PLANTS, fleet=FLEET):
    return parse_echelons("little", graph, sites, plants, fleet)


def test_four_files_make_the_network_they_tell():
    network = parsed()
    assert network.streams == ("Paper", "Glass")
    assert [street.litres for street in network.streets] == [(30, 0), (30, 8)]
    assert [truck.routes for truck in network.trucks] == [30, 10]
    assert network.trucks[0].chambers == (20, 10)
    assert network.load_l == (120, 40)
    site = network.sites[0]
    assert (site.node, site.approach_s) == (2, 5)
    # 0.1 and 1 degree of latitude are 11.12 and 111.2 km: there and back at 1.3 times, 60 km/h
    assert site.haul_s == (1_735, 17_346)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"graph": GRAPH.replace("END\n", "")}, "cut off"),
        ({"graph": GRAPH.replace("Edges:\t2", "Edges:\t3")}, "header differs"),
        ({"graph": GRAPH.replace("\t8\t1", "\t-8\t1")}, "negative"),
        ({"graph": GRAPH.replace("\t8\t1", "\t8")}, "9 values"),
        ({"graph": GRAPH.replace("DepotNodeNumber:\t0\n", "")}, "no DepotNodeNumber"),
        ({"graph": ""}, "cut off"),
        ({"sites": SITES.replace("5.2", "soon")}, "a number"),
        ({"sites": SITES.splitlines()[0]}, "a row"),
        ({"sites": SITES.replace("latitude", "lat")}, "no column latitude"),
        ({"plants": PLANTS.replace("55.1,", "")}, "5 columns"),
        ({"fleet": FLEET.replace("Glass\t\t\t1\n-", "-")}, "without Glass"),
        ({"fleet": FLEET.replace("Capacities\t40", "Capacities\t40\t40")}, "one chamber"),
        ({"fleet": "nothing"}, "no VehicleType"),
        ({"sites": SITES.replace("2.0,50.5", "9.0,50.5")}, "touches node 9"),
    ],
)
def test_what_is_wrong_is_told(changed, told):
    with pytest.raises(HuanweiError, match=told):
        parsed(**changed)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "MC-CARP_X1_B_graph.dat").write_text(GRAPH)
    for count in (2, 3):
        (tmp_path / f"X1_B_DS_{count}.csv").write_text(SITES)
    (tmp_path / "X1_B_PP_2.csv").write_text(PLANTS)
    for fleet in ("C1", "L1", "M1"):
        (tmp_path / f"MC-CARP(CS)_{fleet}-1.veh").write_text(FLEET)
    return tmp_path


def test_every_file_of_sites_is_a_case_with_the_plants_of_its_number_at_most(folder):
    cases = list(echelon_cases(folder))
    assert [case.name for case in cases] == ["X1_B DS2 PP2 C1", "X1_B DS3 PP2 L1"]
    assert read_echelons(cases[0]).name == "X1_B DS2 PP2 C1"


def test_sites_without_plants_are_an_error(folder):
    (folder / "X1_B_PP_2.csv").unlink()
    with pytest.raises(InstanceError, match="no file X1_B_PP"):
        list(echelon_cases(folder))


def test_runs_are_judged_bounded_and_made_once(folder, tmp_path):
    out = tmp_path / "out.jsonl"
    told = []
    run_networks(folder, out, budget=Budget("100it"), report=told.append)
    assert [(record.violations, record.gap >= 0) for record in told] == [(0, True), (0, True)]
    assert run_networks(folder, out, budget=Budget("100it"), report=told.append) == []
    assert "lower bound" in instances_table(read_records(out))


def test_a_folder_without_networks_is_an_error(tmp_path):
    with pytest.raises(HuanweiError, match="no networks"):
        run_networks(tmp_path, tmp_path / "o", budget=Budget("1it"), report=lambda _: None)
