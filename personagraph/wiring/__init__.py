"""The only place where a workspace's files and settings become objects; `open_workspace` is the way in."""

from personagraph.wiring.results import RunResult
from personagraph.wiring.setup import dedup_file, examine, shown_settings
from personagraph.wiring.workspace import Workspace, init_workspace, open_workspace

__all__ = [
    "RunResult",
    "Workspace",
    "dedup_file",
    "examine",
    "init_workspace",
    "open_workspace",
    "shown_settings",
]
