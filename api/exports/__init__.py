"""Plan files: a folder a dispatcher opens, prints, sends and archives."""

from api.exports.folder import write_plan

__all__ = ["write_plan"]
