"""The only place where a workspace's files and settings become objects; `open_workspace` is the way in."""

from personagraph.workspace.open import init_workspace, open_workspace
from personagraph.workspace.results import (
    AnnotationResult,
    LabelReport,
    LinkResult,
    RunResult,
    SynthesisResult,
    WrittenSamples,
)
from personagraph.workspace.upkeep.accept import accept_loss
from personagraph.workspace.upkeep.backup import backup_workspace
from personagraph.workspace.upkeep.dedup import dedup_file
from personagraph.workspace.upkeep.models import examine_model
from personagraph.workspace.upkeep.rescue import rescue_workspace
from personagraph.workspace.upkeep.restore import restore_workspace
from personagraph.workspace.upkeep.setup import (
    confirm_settings,
    examine,
    set_setting,
    settings_to_confirm,
    shown_settings,
)
from personagraph.workspace.upkeep.stores import check_store, copy_store, migrate_store
from personagraph.workspace.workspace import Workspace

__all__ = [
    "AnnotationResult",
    "LabelReport",
    "LinkResult",
    "RunResult",
    "SynthesisResult",
    "Workspace",
    "WrittenSamples",
    "accept_loss",
    "backup_workspace",
    "check_store",
    "confirm_settings",
    "copy_store",
    "dedup_file",
    "examine",
    "examine_model",
    "init_workspace",
    "migrate_store",
    "open_workspace",
    "rescue_workspace",
    "restore_workspace",
    "set_setting",
    "settings_to_confirm",
    "shown_settings",
]
