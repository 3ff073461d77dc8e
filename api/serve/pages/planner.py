"""The page of a planner: studies ordered as jobs, what was studied, weeks and years."""

from typing import get_args

from fastapi import APIRouter, Request, Response

from api.serve.office import office_of
from api.serve.pages.frame import language_of, page
from api.serve.rules import Door, needs
from api.serve.v1.data import day_or_today
from api.serve.v1.found import district_folder, study_folder
from api.serve.v1.jobs import jobs_told
from api.serve.v1.studies import Kind, StudyOrder, list_studies, study_file
from api.words.i18n import LANGUAGES, section
from models.account import Need

router = APIRouter(route_class=Door, include_in_schema=False)
SHOWN_JOBS = 8
"""Orders the page shows: those at work and the latest that ended."""
SCENARIO_BYTES = 100_000
"""Limits a scenario file that the page offers to compare."""


@router.get("/data/{district}/planner")
@needs(Need.LOOK)
def show_planner(request: Request, district: str) -> Response:
    """Studies of a district: to order, at work, and made."""
    folder, language = district_folder(request, district), language_of(request)
    studies = list_studies(request, district)
    jobs = [
        job
        for job in jobs_told(request)
        if job["settings"].get("district") == district and "study" in job["settings"]
    ]
    return page(
        request, "planner", 200, w=section("planner", language), studies=studies,
        jobs=jobs[:SHOWN_JOBS], kinds=get_args(Kind), today=day_or_today(None).isoformat(),
        sites=get_args(StudyOrder.model_fields["kind"].annotation),
        scenarios=_scenarios(request, studies),
        is_report=lambda name: is_report(name, language),
        district=office_of(request).library.district_document(district, folder),
    )  # fmt: skip


def is_report(name: str, language: str) -> bool:
    """Whether a file is a page to read in a language: written in it, or in the one there is."""
    own = name.rpartition(".html")[0].rpartition(".")[2]
    return name.endswith(".html") and (own == language or own not in LANGUAGES)


def _scenarios(request: Request, studies: list[dict[str, object]]) -> dict[str, str]:
    """Scenario files of studies by their names, to be compared."""
    found: dict[str, str] = {}
    for one in studies:
        folder = study_folder(request, str(one["id"]))
        for path in sorted(folder.glob("*.toml")):
            if path.stat().st_size <= SCENARIO_BYTES:
                found[f"{folder.name}/{path.name}"] = path.read_text("utf-8", "replace")
    return found


@router.get("/studies/{study}/{name:path}")
@needs(Need.LOOK)
def open_study(request: Request, study: str, name: str) -> Response:
    """A file of a study for a browser, so that links between its pages hold."""
    return study_file(request, study, name)
