"""Tells of a run before it is begun: its next calls, and what it would take and bring."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from personagraph.runs.forecast import Forecast
from personagraph.types import ChatRequest
from personagraph.workspace import jobs
from personagraph.workspace.jobs import Job
from personagraph.workspace.models import named
from personagraph.workspace.options import ModelOptions, check_known, check_options, own_options
from personagraph.workspace.spending import ahead
from personagraph.workspace.verbs.annotation.asked import annotate_job
from personagraph.workspace.verbs.dead_letters import retry_job
from personagraph.workspace.verbs.expand import expand_job
from personagraph.workspace.verbs.extract import extract_job
from personagraph.workspace.verbs.linking.asked import link_job
from personagraph.workspace.verbs.synthesis.synthesize import synthesize_job

if TYPE_CHECKING:
    from personagraph.workspace.workspace import Workspace

JOBS: Mapping[str, Callable[..., Job]] = {
    "extract": extract_job,
    "expand": expand_job,
    "link": link_job,
    "synthesize": synthesize_job,
    "annotate": annotate_job,
    "retry": retry_job,
}
"""What makes the job of each verb that asks a model."""


def preview(workspace: "Workspace", n: int, verb: str, /, *arguments: Any, **options: Any) -> list[ChatRequest]:
    """The next `n` calls that a verb (extract, expand, link, synthesize, annotate, retry) would make if called so.

    Rendered; fewer when later ones depend on replies; nothing is sent or kept. Raises ConfigError as the verb does.
    """
    check_known("verb", verb, JOBS)
    return jobs.preview(workspace, n, *_job(workspace, verb, arguments, options))


def forecast(workspace: "Workspace", verb: str, /, *arguments: Any, **options: Any) -> Forecast:
    """What a verb (extract, expand, link, synthesize, annotate, retry) would take and bring with these arguments.

    For an unfinished run, what is left of it. By the work that is known, the prompts, and the last replies in this
    workspace: no model is asked, no key is needed, and nothing is kept. The graph is not walked: it is counted, and
    some personas are looked at. Raises ConfigError as the verb does.
    """
    check_known("verb", verb, JOBS)
    job, shared = _job(workspace, verb, arguments, options)
    ledger, settings = workspace.ledger, workspace.settings
    model = options.get("backend") or named(jobs.model_of(workspace, job, shared), settings, ledger)
    asked = jobs.asked_of(workspace, job, {**shared, "backend": model})
    jobs.check_ends(asked)
    run = jobs.planned(workspace, asked, shared)
    pace = jobs.pace_of(workspace, run, asked, shared)
    return ahead.forecast(ledger, run, pace, job.ahead(run))


def _job(
    workspace: "Workspace", verb: str, arguments: Sequence[Any], options: Mapping[str, Any]
) -> tuple[Job, ModelOptions]:
    """The job of a verb, and what of its options every run can be told."""
    check_options(verb, options, own_options(JOBS[verb]))
    shared = {name: value for name, value in options.items() if name in ModelOptions.__annotations__}
    own = {name: value for name, value in options.items() if name not in shared}
    return JOBS[verb](workspace, *arguments, **own), cast(ModelOptions, shared)
