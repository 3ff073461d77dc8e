"""Things of the data folder by the ids clients use, or the answer that they are not there."""

import re
from pathlib import Path, PurePosixPath

from fastapi import Request

from api.exports.folder import file_names
from api.serve.answers import ApiError, refusing
from api.serve.library import plan_files
from api.serve.office import office_of
from api.serve.scope import Vehicles, beyond, expect_whole, scope_in
from scenarios.office.orders import Job


def district_folder(request: Request, district: str) -> Path:
    """The folder of a district for whom all of it is; raises `ApiError`."""
    folder = part_of_district(request, district)
    expect_whole(request)
    return folder


def part_of_district(request: Request, district: str) -> Path:
    """The folder of a district for whom some of it is; the caller looks whose what is."""
    folder = office_of(request).library.districts().get(district)
    if folder is None or not scope_in(request).sees(district):
        raise ApiError(404, "no_district", f"No district {district} in the data folder.",
                       f"数据文件夹中没有区域 {district}。")  # fmt: skip
    return folder


def plan_folder(request: Request, plan: str) -> Path:
    """The folder of a plan for whom all of it is; raises `ApiError`."""
    folder = part_of_plan(request, plan)
    expect_whole(request)
    return folder


def part_of_plan(request: Request, plan: str) -> Path:
    """The folder of a plan for whom some routes of it are; the caller looks whose what is."""
    library = office_of(request).library
    folder = library.plans().get(plan)
    if folder is None or not scope_in(request).sees(library.district_above(folder)):
        raise ApiError(404, "no_plan", f"No plan {plan} in the data folder.",
                       f"数据文件夹中没有计划 {plan}。")  # fmt: skip
    return folder


def study_folder(request: Request, study: str) -> Path:
    """The folder of a study; raises `ApiError`."""
    library = office_of(request).library
    _, folder = library.studies().get(study, ("", None))
    if folder is None or not scope_in(request).sees(library.district_above(folder)):
        raise ApiError(404, "no_study", f"No study {study} in the data folder.",
                       f"数据文件夹中没有研究 {study}。")  # fmt: skip
    expect_whole(request)
    return folder


def own_vehicles(request: Request, plan: Path) -> Vehicles:
    """The vehicles of a plan's district that are the visitor's."""
    library = office_of(request).library
    district = library.district_above(plan)
    folder = library.districts().get(district) if district is not None else None
    return scope_in(request).owns(folder)


def plan_file(request: Request, plan: str, name: str) -> Path:
    """A file of a plan; raises `ApiError`."""
    folder = part_of_plan(request, plan)
    path = plan_files(folder).get(name)
    if not is_own_file(request, folder, name):
        raise beyond()
    if path is None:
        raise ApiError(404, "no_file", f"Plan {plan} has no file {name}.",
                       f"计划 {plan} 没有文件 {name}。")  # fmt: skip
    return path


def is_own_file(request: Request, folder: Path, name: str) -> bool:
    """Whether a file of a plan is the visitor's: all, or those of own routes and their drivers."""
    own = own_vehicles(request, folder)
    if own.ids is None:
        return True
    with refusing():
        plan = office_of(request).shelf.plan(folder)
    routes = {route.id for route in own.routes(plan)}
    drivers = {f"driver-{duty.driver}" for duty in plan.roster if routes.issuperset(duty.work)}
    every = [*(one.id for one in plan.routes), *(f"driver-{one.driver}" for one in plan.roster)]
    names = file_names(every)
    return PurePosixPath(name).stem in {names[one] for one in routes | drivers}


def job_of(request: Request, job_id: str) -> Job:
    """A job; raises `ApiError`."""
    known = re.fullmatch(r"[1-9][0-9]{0,17}", job_id)
    job = office_of(request).jobs.orders.get(int(job_id)) if known else None
    library = office_of(request).library
    above = None if job is None else library.district_above(library.root / job.out)
    if job is None or not scope_in(request).sees(above):
        raise ApiError(404, "no_job", f"No job {job_id}.", f"没有任务 {job_id}。")
    return job
