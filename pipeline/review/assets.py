"""The desk's own files: style sheet, scripts, map. Their address holds a digest, so a browser keeps them for good."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib import resources

from pipeline.report.world import outline

STATIC = {
    "desk.css": "text/css",
    "desk.js": "text/javascript",
    "keys.js": "text/javascript",
    "picker.js": "text/javascript",
    "words.js": "text/javascript",
    "icon.svg": "image/svg+xml",
    "world.svg": "image/svg+xml",
}


@lru_cache(maxsize=len(STATIC))
def asset(name: str) -> tuple[str, bytes]:
    """Media type and bytes of a file; raises KeyError for an unknown one."""
    media = STATIC[name]
    if name == "world.svg":
        drawn = outline()
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-180 -84 360 142">'
            f'<g id="world"><path d="{drawn["land"]}"/></g></svg>'
        )
        return media, svg.encode()
    return media, (resources.files("pipeline.review") / "static" / name).read_bytes()


@lru_cache(maxsize=1)
def assets_version() -> str:
    """A digest of all files."""
    digest = hashlib.sha256()
    for name in STATIC:
        digest.update(asset(name)[1])
    return digest.hexdigest()[:12]
