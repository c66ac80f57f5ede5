"""Examines what personagraph needs on this machine, and says what to do about what is missing."""

import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

from personagraph.doctor import folders, machine, models
from personagraph.doctor.finding import Finding, unseen
from personagraph.doctor.models import LocalPace

__all__ = ["Finding", "LocalPace", "examine"]


def examine(
    folder: Path | None = None,
    *,
    workspace: bool = False,
    fault: str = "",
    files: Callable[[], list[Finding]] = list,
    unfinished: Callable[[], str | None] = lambda: None,
    store: Callable[[], str] | None = None,
    model: str = "local",
    pace: LocalPace = LocalPace(),  # noqa: B008
    try_model: bool = False,
    key: str | None = None,
    base_url: str | None = None,
    unconfirmed: Mapping[str, str] = MappingProxyType({}),
) -> list[Finding]:
    """All findings: the machine, the folder, the store, the models.

    `folder` is where the workspace is or would be, and `workspace` whether it is one (`fault` says why not); `files`
    are the findings on its databases, `unfinished` names its unfinished run, and `store` opens its store and says what
    it is: these two raise PersonaGraphError when they cannot. `model` is what will be asked: what only another model
    needs is no fault; `pace` is that of one in this process. `try_model` asks the local
    model two questions. `key` and `base_url` are those of the
    OpenAI-compatible server; the key is sent there, and never told. `unconfirmed` are the settings that are not in
    force before the user confirms them, with the reason: what they name is sent nothing.
    """
    findings = [machine.python(sys.version_info[:3]), machine.sqlite()]
    if folder is not None:
        findings += [machine.disk(folder), *files(), *folders.folder(folder, workspace, unfinished, fault)]
    if store is not None and "store" not in unconfirmed:
        findings.append(folders.graph(store))
    findings += [unseen(name, reason) for name, reason in unconfirmed.items()]
    kind, _, name = model.partition(":")
    kinds = {"local": partial(models.local, ask=try_model, name=name if kind == "local" else "", pace=pace)}
    if "base_url" not in unconfirmed:
        kinds["openai"] = partial(models.server, key, base_url)
    return findings + [examine(wanted=kind == each) for each, examine in kinds.items()]
