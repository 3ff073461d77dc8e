"""District folders: read them, check them, begin a new one."""

from scenarios.district.check import Report, check_district
from scenarios.district.read import read_district

__all__ = ["Report", "check_district", "read_district"]
