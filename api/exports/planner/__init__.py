"""The planner's printable pages: relocation study and comparison of scenarios."""

from api.exports.planner.pages import compare_page, relocation_page

__all__ = ["compare_page", "relocation_page"]
