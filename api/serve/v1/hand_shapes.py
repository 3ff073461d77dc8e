"""What the interface says of plans that are changed by hand: one shape a thing, with an example."""

import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from api.serve.v1.shapes import PLAN_ID, example, not_both
from models.edits import HandEdit

MOVED: Any = {"do": "reassign", "tasks": ["sweep-103520-5800"], "vehicle": "SW_L-01"}
Seen = Annotated[int, Field(ge=0, le=1_000_000)]


class HandChange(BaseModel):
    """A change, and how many changes held when its maker looked: others may have been faster."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"edit": MOVED, "seen": 0}]}
    )

    edit: HandEdit
    seen: Seen


class HandStep(BaseModel):
    """How many changes held when the maker of a step looked."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"seen": 1}]})

    seen: Seen


class HandSave(BaseModel):
    """A draft becomes a plan of its own; without a name it is NAME-hand, NAME-hand-2 ..."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"language": "zh"}]})

    name: Annotated[str, Field(pattern=r"^\w[\w.-]{0,63}$")] | None = None
    language: Annotated[str, Field(pattern="^(zh|en)$")] = "zh"


class HandReplan(HandSave):
    """The rest is searched again from the saved draft; what is locked stays, by law.

    With `keep`, moving a task that is not locked has a price.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "allOf": [not_both("seconds", "iterations", "number")],
            "examples": [{"seconds": 60, "keep": True}],
        },
    )

    seconds: Annotated[float, Field(gt=0, le=86_400)] | None = None
    iterations: Annotated[int, Field(gt=0, le=10**9)] | None = None
    seed: int = Field(default=1, ge=0, lt=2**31)
    workers: int = Field(default=2, ge=1, le=64)
    keep: bool = True

    @model_validator(mode="after")
    def _one_budget(self) -> "HandReplan":
        if self.seconds is not None and self.iterations is not None:
            raise ValueError(
                "give seconds or iterations, not both · seconds 与 iterations 只填一个"
            )
        return self


class Made(BaseModel):
    """A change that was made: by whom and when."""

    edit: HandEdit
    who: str
    when: datetime.datetime


class HandState(BaseModel):
    """A draft as it is now, and what the last step did.

    `news` is what the district's tables were told since the plan was made: who is out, who is back,
    which orders came; a re-plan knows of it.

    `changes` are all, `done` of which hold. `routes` names every route in its order, with its words
    where they are others than the asker saw. `effect` is None where nothing was done.
    """

    model_config = example(
        plan=PLAN_ID, done=1, routes=[{"key": "SW_L-01/early"}], streets=[], locks=[], trucks=[],
        changes=[{"edit": MOVED, "who": "li", "when": "2026-03-01T20:04:11+08:00"}],
        unserved=[], violations=[],
        effect={"cost_cny": 12.5, "distance_m": 830, "duration_s": 240, "unserved": 0,
                "routes": [], "appeared": [], "solved": []},
        district="tianning",
        news=[{"what": "somebody_out", "id": "SW_L-01", "note": "", "who": "li",
               "at": "2026-03-01T20:04:11+08:00"}],
    )  # fmt: skip

    plan: str
    changes: list[Made]
    done: int
    routes: list[dict[str, JsonValue]]
    streets: list[str]
    trucks: list[dict[str, JsonValue]]
    locks: list[dict[str, JsonValue]]
    unserved: list[Any]
    violations: list[dict[str, JsonValue]]
    effect: dict[str, JsonValue] | None
    district: str | None
    news: list[dict[str, str]]


class HandSaved(BaseModel):
    """The id of the plan that was written."""

    model_config = example(plan=f"{PLAN_ID}-hand")

    plan: str
