"""Scripts and styles of the pages, from this program alone."""

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse

from api.serve.answers import ApiError
from api.serve.rules import Door, needs
from models.account import Need

router = APIRouter(route_class=Door, include_in_schema=False)
FOLDER = Path(str(files("api").joinpath("web", "desk")))
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml",
         ".webmanifest": "application/manifest+json"}  # fmt: skip


@router.get("/static/{name}")
@needs(Need.OPEN)
def get_asset(request: Request, name: str) -> FileResponse:
    """A script, style or picture of the pages."""
    del request
    known = {path.name: path for path in FOLDER.iterdir() if path.suffix in KINDS}
    if name not in known:
        raise ApiError(404, "no_file", f"No file {name}.", f"没有文件 {name}。")
    path = known[name]
    return FileResponse(path, media_type=KINDS[path.suffix], headers={"Cache-Control": "no-cache"})
