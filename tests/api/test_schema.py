"""The published schema is the schema of the code, and plans keep it."""

import json
from pathlib import Path

import jsonschema

from api.exports.folder import plan_json
from api.exports.schema import plan_schema
from models.plan import Plan
from tests.api.handmade import tiny_network, walk_plan

DOCS = Path(__file__).parents[2] / "docs"


def test_published_schema_is_the_schema_of_the_code():
    published = (DOCS / "plan.schema.json").read_text(encoding="utf-8")
    assert published == plan_schema(), "run: python -m api.exports.schema > docs/plan.schema.json"


def test_a_plan_keeps_the_schema_and_reads_back(tmp_path):
    plan = walk_plan(tiny_network(tmp_path))
    text = plan_json(plan)
    jsonschema.validate(json.loads(text), json.loads(plan_schema()))
    assert Plan.model_validate_json(text) == plan


def test_plan_json_has_one_step_to_a_line_and_is_the_same_twice(tmp_path):
    plan = walk_plan(tiny_network(tmp_path))
    lines = plan_json(plan).decode().splitlines()
    steps = [line for line in lines if line.startswith('      {"kind":')]
    assert len(steps) == sum(len(trip.steps) for r in plan.routes for trip in r.trips)
    assert plan_json(plan) == plan_json(plan)


def test_every_field_of_the_plan_is_explained():
    text = (DOCS / "plan_format.md").read_text(encoding="utf-8")
    schema = json.loads(plan_schema())
    tables = {"Plan": schema["properties"], **{
        name: part["properties"] for name, part in schema["$defs"].items()
        if "properties" in part}}  # fmt: skip
    missing = [f"{table}.{key}" for table, keys in tables.items() for key in keys
               if f"`{key}`" not in text]  # fmt: skip
    assert not missing
