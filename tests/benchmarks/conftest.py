import pytest

from tests.instances.samples import CARP


@pytest.fixture
def folder(tmp_path):
    """A set with two instances; only one has a best known value, a weak one."""
    here = tmp_path / "carp" / "mini"
    here.mkdir(parents=True)
    (here / "town2.dat").write_text(CARP)
    (here / "town10.dat").write_text(CARP.replace("NOMBRE : triangle", "NOMBRE : other"))
    (here / "town2.sol").write_text("Route #1: 1")
    (tmp_path / "best_known.csv").write_text(
        "family,set,instance,best_known,proven_optimal,source\n"
        "mcarp,mini,town2,1,yes,other family\n"
        "carp,elsewhere,town2,2,yes,other set\n"
        "carp,mini,town2,20,no,by hand\n"
    )
    return tmp_path
