"""Things of the data folder by the ids clients use, or the answer that they are not there."""

import re
from pathlib import Path

from fastapi import Request

from api.serve.answers import ApiError
from api.serve.library import plan_files
from api.serve.office import office_of
from scenarios.office.orders import Job


def district_folder(request: Request, district: str) -> Path:
    """The folder of a district; raises `ApiError`."""
    folder = office_of(request).library.districts().get(district)
    if folder is None:
        raise ApiError(404, "no_district", f"No district {district} in the data folder.",
                       f"数据文件夹中没有区域 {district}。")  # fmt: skip
    return folder


def plan_folder(request: Request, plan: str) -> Path:
    """The folder of a plan; raises `ApiError`."""
    folder = office_of(request).library.plans().get(plan)
    if folder is None:
        raise ApiError(404, "no_plan", f"No plan {plan} in the data folder.",
                       f"数据文件夹中没有计划 {plan}。")  # fmt: skip
    return folder


def plan_file(request: Request, plan: str, name: str) -> Path:
    """A file of a plan; raises `ApiError`."""
    path = plan_files(plan_folder(request, plan)).get(name)
    if path is None:
        raise ApiError(404, "no_file", f"Plan {plan} has no file {name}.",
                       f"计划 {plan} 没有文件 {name}。")  # fmt: skip
    return path


def job_of(request: Request, job_id: str) -> Job:
    """A job; raises `ApiError`."""
    known = re.fullmatch(r"[1-9][0-9]{0,17}", job_id)
    job = office_of(request).jobs.orders.get(int(job_id)) if known else None
    if job is None:
        raise ApiError(404, "no_job", f"No job {job_id}.", f"没有任务 {job_id}。")
    return job
