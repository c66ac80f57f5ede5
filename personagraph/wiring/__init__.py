"""The only place where a workspace's files and settings become objects; `open_workspace` is the way in."""

from personagraph.wiring.keeping import check_store, migrate_store
from personagraph.wiring.moving import copy_store
from personagraph.wiring.results import RunResult
from personagraph.wiring.setup import dedup_file, examine, shown_settings
from personagraph.wiring.workspace import Workspace, init_workspace, open_workspace

__all__ = [
    "RunResult",
    "Workspace",
    "check_store",
    "copy_store",
    "dedup_file",
    "examine",
    "init_workspace",
    "migrate_store",
    "open_workspace",
    "shown_settings",
]
