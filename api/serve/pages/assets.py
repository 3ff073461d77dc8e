"""Scripts and styles of the pages, from this program alone."""

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from api.exports.page import SCRIPTS, leaflet
from api.serve.answers import ApiError
from api.serve.rules import Door, needs
from models.account import Need

router = APIRouter(route_class=Door, include_in_schema=False)
LEAFLET = ("leaflet.js", "leaflet.css")
MAP_PARTS = ("map.css", *SCRIPTS)
"""Of the map page: in the desk they are files, in an exported map they stand in the page."""
FOLDER = Path(str(files("api").joinpath("web", "desk")))
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml",
         ".webmanifest": "application/manifest+json"}  # fmt: skip


@router.get("/static/{name}", response_model=None)
@needs(Need.OPEN)
def get_asset(request: Request, name: str) -> Response:
    """A script, style or picture of the pages."""
    del request
    headers = {"Cache-Control": "no-cache"}
    if name in LEAFLET:
        return Response(leaflet(name), media_type=KINDS[Path(name).suffix], headers=headers)
    if name in MAP_PARTS:
        return FileResponse(FOLDER.parent / name, headers=headers)
    known = {path.name: path for path in FOLDER.iterdir() if path.suffix in KINDS}
    if name not in known:
        raise ApiError(404, "no_file", f"No file {name}.", f"没有文件 {name}。")
    path = known[name]
    return FileResponse(path, media_type=KINDS[path.suffix], headers=headers)
