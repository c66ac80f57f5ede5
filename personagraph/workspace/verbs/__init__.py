"""What a workspace can do: each verb is a function whose first parameter is the workspace; `Workspace` names them."""

from personagraph.workspace.verbs.dead_letters import dead_letter, dead_letters, export_dead_letters, retry
from personagraph.workspace.verbs.expand import expand
from personagraph.workspace.verbs.explore import (
    components,
    coverage,
    group,
    neighbours,
    path,
    paths,
    resolve,
    search,
    show,
    stats,
)
from personagraph.workspace.verbs.export import export, sample, to_networkx
from personagraph.workspace.verbs.extract import extract
from personagraph.workspace.verbs.forecast import forecast, preview
from personagraph.workspace.verbs.imports import import_graph, import_personas
from personagraph.workspace.verbs.merges import merge, merges, undo_merge
from personagraph.workspace.verbs.runs import abandon, call_totals, calls, rejected, run_report, runs
from personagraph.workspace.verbs.store import query
from personagraph.workspace.verbs.synthesize import synthesize

__all__ = [
    "abandon",
    "call_totals",
    "calls",
    "components",
    "coverage",
    "dead_letter",
    "dead_letters",
    "expand",
    "export",
    "export_dead_letters",
    "extract",
    "forecast",
    "group",
    "import_graph",
    "import_personas",
    "merge",
    "merges",
    "neighbours",
    "path",
    "paths",
    "preview",
    "query",
    "rejected",
    "resolve",
    "retry",
    "run_report",
    "runs",
    "sample",
    "search",
    "show",
    "stats",
    "synthesize",
    "to_networkx",
    "undo_merge",
]
