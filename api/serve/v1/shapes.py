"""What the interface answers with: one shape a thing, each with an example."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from api.serve.answers import Problem
from api.serve.v1.dates import IsoDate
from models.account import NAME, Role

PLAN_ID = "tianning~plans~2026-03-02"
"""Names a plan in examples: folders below the data folder with ~ between them."""


def example(**fields: Any) -> ConfigDict:
    """The settings of a shape with one example."""
    return ConfigDict(json_schema_extra={"examples": [fields]})


class Unreadable(BaseModel):
    """Why something of the data folder cannot be shown."""

    code: str
    message_en: str
    message_zh: str


class District(BaseModel):
    """A district of the data folder; `problem` says why it cannot be read."""

    model_config = example(id="tianning", name="天宁区", language="zh", problem=None)

    id: str
    name: str
    language: str
    problem: Unreadable | None


class PlanSummary(BaseModel):
    """A plan: its day, key figures, and how many violations and unserved tasks it has."""

    model_config = example(
        id=PLAN_ID, district="天宁区", district_id="tianning", date="2026-03-02", seed=1,
        engine="ruin", created="2026-03-01T20:04:11+08:00", kpis={"served": 812},
        violations=0, unserved=3, state="published", problem=None,
    )  # fmt: skip

    id: str
    district: JsonValue
    district_id: JsonValue
    date: JsonValue
    seed: JsonValue
    engine: JsonValue
    created: JsonValue
    kpis: dict[str, JsonValue] | None
    violations: int | None
    unserved: int | None
    state: str
    problem: Unreadable | None


class PlanFile(BaseModel):
    """A file of a plan; `size` in bytes."""

    model_config = example(name="plan.xlsx", size=540_112)

    name: str
    size: int


def not_both(one: str, other: str, kind: str) -> JsonValue:
    """JSON schema: of two fields only one may have a value."""
    fields: dict[str, JsonValue] = {one: {"type": kind}, other: {"type": kind}}
    return {"not": {"required": [one, other], "properties": fields}}


class PlanOrder(BaseModel):
    """What to plan and how hard to try: `seconds` for people, `iterations` for equal plans."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "allOf": [
                not_both("seconds", "iterations", "number"),
                not_both("against", "keep", "string"),
            ],
            "examples": [{"district": "tianning", "date": "2026-03-02", "seconds": 60, "seed": 1}],
        },
    )

    district: str
    date: IsoDate
    name: str | None = Field(default=None, pattern=r"^\w[\w.-]{0,63}$")
    seconds: Annotated[float, Field(gt=0, le=86_400)] | None = None
    iterations: Annotated[int, Field(gt=0, le=10**9)] | None = None
    seed: int = Field(default=1, ge=0, lt=2**31)
    engine: str = Field(default="ruin", max_length=40)
    only: list[str] | None = None
    workers: int = Field(default=2, ge=1, le=64)
    language: str = Field(default="zh", pattern="^(zh|en)$")
    without: list[str] = Field(default_factory=list)
    demand_factor: float = Field(default=1.0, gt=0, le=20)
    quota_t: dict[str, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)
    against: str | None = None
    keep: str | None = None

    @model_validator(mode="after")
    def _one_plan(self) -> "PlanOrder":
        if self.against is not None and self.keep is not None:
            raise ValueError(
                "give against or keep, not both: keep compares too"
                " · against 与 keep 只填一个：keep 本身就会比较"
            )
        return self

    @model_validator(mode="after")
    def _one_budget(self) -> "PlanOrder":
        if self.seconds is not None and self.iterations is not None:
            raise ValueError(
                "give seconds or iterations, not both · seconds 与 iterations 只填一个"
            )
        return self


class JobOut(BaseModel):
    """An order for a plan and how far it is; `plan` is the id its plan has or will have."""

    model_config = example(
        id="7", state="running", plan=PLAN_ID,
        settings={"district": "tianning", "date": "2026-03-02", "seconds": 60, "by": "wang"},
        errors=[], progress={"stage": "search", "share": 0.31, "seconds": 4.2, "cost_cny": 5120.4},
        ordered="2026-03-01T20:03:05+08:00", began="2026-03-01T20:03:05+08:00", ended=None,
    )  # fmt: skip

    id: str
    state: str
    plan: str
    settings: dict[str, JsonValue]
    errors: list[Problem]
    progress: dict[str, JsonValue] | None
    ordered: str | None
    began: str | None
    ended: str | None


class Credentials(BaseModel):
    """A name and its password."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "wang", "password": "one's own long sentence"}]},
    )  # fmt: skip

    name: str = Field(max_length=64)
    password: str = Field(max_length=200)


class LoginOut(BaseModel):
    """A login: send `token` as `Authorization: Bearer ...`."""

    model_config = example(token="dGhpcw.signature", name="wang", role="district", seconds=50_400)

    token: str
    name: str
    role: Role
    seconds: int


class Person(BaseModel):
    """An account. `scope` is the town, the operator or the driver's id, as the role has it."""

    model_config = example(name="wang", role="town", title="王芳", scope="茶山街道", closed=False)

    name: str
    role: Role
    title: str = ""
    scope: str = ""
    closed: bool = False


class NewPerson(BaseModel):
    """An account to open."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{
            "name": "wang", "role": "town", "title": "王芳", "scope": "茶山街道",
            "password": "a long sentence of one's own",
        }]},
    )  # fmt: skip

    name: str = Field(pattern=f"^{NAME.pattern}$")
    role: Role
    title: str = Field(default="", max_length=64)
    scope: str = Field(default="", max_length=64)
    password: str = Field(max_length=200)


class Change(BaseModel):
    """What changes of an account; what is left out stays."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"role": "reader"}, {"closed": True}]}
    )

    role: Role | None = None
    title: str | None = Field(default=None, max_length=64)
    scope: str | None = Field(default=None, max_length=64)
    closed: bool | None = None
    password: str | None = Field(default=None, max_length=200)


class ActOut(BaseModel):
    """Who did what, when."""

    model_config = example(
        id=41, at="2026-03-01T20:03:05+08:00", who="wang", what="plan_ordered", about=PLAN_ID,
        detail={"job": "7"},
    )  # fmt: skip

    id: int
    at: str
    who: str
    what: str
    about: str
    detail: dict[str, JsonValue]


class Publish(BaseModel):
    """The wish to publish a plan; `even_so` where it has violations."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"note": "雨天减少雾炮", "even_so": False}]}
    )

    note: str = Field(default="", max_length=400)
    even_so: bool = False


class VersionOut(BaseModel):
    """A change of a plan's state: draft, published, superseded or withdrawn."""

    model_config = example(
        plan=PLAN_ID, revision=0, day="2026-03-02", state="published", digest="9f86d081...",
        at="2026-03-01T20:30:00+08:00", who="wang", note="",
    )  # fmt: skip

    plan: str
    revision: int
    day: str
    state: str
    digest: str
    at: str
    who: str
    note: str


class DutyOut(BaseModel):
    """A duty of a plan with the link for the driver's phone, and what was reported so far."""

    model_config = example(
        driver="D7", name="张师傅", work=["sweep-01"], begin="2026-03-02T03:45:00+08:00",
        end="2026-03-02T11:20:00+08:00", link="https://plans.example.cn/duty/WyJ0...",
        done=12, cannot=1,
    )  # fmt: skip

    driver: str
    name: str
    work: list[str]
    begin: str
    end: str
    link: str
    done: int
    cannot: int


class ReportOut(BaseModel):
    """What a driver said of a step; the latest of a step holds."""

    model_config = example(
        key="f3b0...", plan=PLAN_ID, work="sweep-01", step=4, task="sweep/1234/5-6/1",
        state="cannot", person="D7", said_at="2026-03-02T05:12:00+08:00",
        received_at="2026-03-02T05:12:03+08:00", note="车辆占道", photo="IMG_0512.jpg",
    )  # fmt: skip

    key: str
    plan: str
    work: str
    step: int
    task: str
    state: str
    person: str
    said_at: str
    received_at: str
    note: str
    photo: str
