"""The only place where a workspace's files and settings become objects; `open_workspace` is the way in."""

from personagraph.workspace.keeping import check_store, migrate_store
from personagraph.workspace.moving import copy_store
from personagraph.workspace.results import RunResult
from personagraph.workspace.setup import dedup_file, examine, shown_settings
from personagraph.workspace.workspace import Workspace, init_workspace, open_workspace

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
