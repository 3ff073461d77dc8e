"""Readers of public benchmark instances: one problem type, whatever the file."""

from scenarios.instances.instance import Instance
from scenarios.instances.read import parse_instance, read_instance

__all__ = ["Instance", "parse_instance", "read_instance"]
