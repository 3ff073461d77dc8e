"""The published JSON Schema of plan.json, made from the plan's own types.

`python -m api.exports.schema` prints it; docs/plan.schema.json is a copy that a test keeps equal.
"""

from __future__ import annotations

import json
import sys

from models.plan import SCHEMA_VERSION, Plan


def plan_schema() -> str:
    """JSON Schema (draft 2020-12) of the plan document."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"huanwei:plan:{SCHEMA_VERSION}",
        **Plan.model_json_schema(by_alias=True, mode="serialization"),
    }
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    sys.stdout.write(plan_schema())
