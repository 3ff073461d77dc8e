"""A sweep of losses tells the worst first: waste, then work undone, then money."""

from scenarios.desk.outages import worst_first


def run(name, stuck_t, unserved, extra_cny):
    return {"id": name, "stuck_t": stuck_t, "unserved": unserved, "extra_cny": extra_cny}


def test_a_day_that_does_less_is_cheaper_and_not_better():
    runs = [
        run("-", 0, 3, 0),
        run("spare", 0, 3, -20),
        run("sweeper", 0, 40, -2_000),
        run("compactor", 15.6, 35, -900),
        run("detour", 0, 3, 150),
    ]
    order = ["-", "compactor", "sweeper", "detour", "spare"]
    assert [one["id"] for one in worst_first(runs)] == order
