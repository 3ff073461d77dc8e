"""District folders: read them, check them, begin a new one."""

from scenarios.district.check import Report, check_district
from scenarios.district.read import read_district
from scenarios.district.template import new_folder, write_template

__all__ = ["Report", "check_district", "new_folder", "read_district", "write_template"]
