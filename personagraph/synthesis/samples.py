"""Reads the samples of a synthesis from the ledger, and writes them to a file beside its manifest."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from personagraph.errors import ConfigError
from personagraph.graph.selection import ids_digest
from personagraph.ledger import Ledger, Run
from personagraph.ledger.steps import Decided
from personagraph.storage.atomic_files import replacing
from personagraph.synthesis.work import COMMAND
from personagraph.types import Verdict, digest

CHUNK = 500


def samples(ledger: Ledger, run_id: str) -> Iterator[dict[str, Any]]:
    """The samples of a run in order of step: `id`, `task`, `messages`, `check` and `lineage`.

    The id is a hash of the messages' text and the call. The lineage has run, step, call, model, prompt (with its
    version), personas (the one that it is about first), relationships, sources and simulated. Ids and keys are one text
    with spaces between them, which may be empty: so whatever a file holds, its fields have the same types, and any two
    files load together. Raises ConfigError when the run is no synthesis.
    """
    run = ledger.runs.get(run_id)
    if run.work != COMMAND:
        raise ConfigError(f"run {run.id} is of the command {run.command}, which makes no samples")
    for first in range(0, run.decided, CHUNK):
        last = min(first + CHUNK, run.decided)
        for decided in ledger.steps.decided(run.id, first=first, last=last):
            for verdict in decided.verdicts:
                if verdict.outcome == "sample":
                    yield _sample(run, decided, verdict)


def write_samples(ledger: Ledger, run_id: str, path: Path) -> dict[str, Any]:
    """Write the run's samples as JSONL, and then `FILE.manifest.json` beside it; the manifest.

    Both take their places only when they are complete; the same ledger gives the same bytes. Raises ConfigError when
    the run is no synthesis, or a file cannot be written.
    """
    checks: Counter[str] = Counter()
    prompts: set[str] = set()
    simulated, content = False, sha256()
    with replacing([path, path.with_name(f"{path.name}.manifest.json")]) as (file, beside):
        for sample in samples(ledger, run_id):
            line = (json.dumps(sample, ensure_ascii=False) + "\n").encode()
            file.write(line)
            content.update(line)
            checks[sample["check"]] += 1
            prompts.add(sample["lineage"]["prompt"])
            simulated |= sample["lineage"]["simulated"]
        manifest = {
            "file": path.name,
            "sha256": content.hexdigest(),
            "samples": checks.total(),
            "checks": dict(sorted(checks.items())),
            "prompts": sorted(prompts),
            "simulated": simulated,
            **_origin(ledger, run_id),
        }
        beside.write((json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode())
    return manifest


def _sample(run: Run, decided: Decided, verdict: Verdict) -> dict[str, Any]:
    user, assistant, lineage = (verdict.detail[name] for name in ("user", "assistant", "lineage"))
    return {
        "id": digest(user, assistant, decided.call),
        "task": run.settings["task"],
        "messages": [{"role": "user", "content": user}, {"role": "assistant", "content": assistant}],
        "check": verdict.detail["check"],
        "lineage": {
            "run": run.id,
            "step": decided.n,
            "call": decided.call,
            "model": run.model,
            **{name: " ".join(value) if isinstance(value, list) else value for name, value in lineage.items()},
            "simulated": run.simulated or lineage["simulated"],
        },
    }


def _origin(ledger: Ledger, run_id: str) -> Mapping[str, Any]:
    """What the run was asked to do, and what became of the steps that gave no sample.

    The model is the one that answered: where it was run from, or replayed from, is not part of what was made.
    """
    run, outcomes = ledger.runs.get(run_id), ledger.steps.outcomes(run_id)
    asked = dict.fromkeys(planned.step.subject for planned in ledger.steps.planned(run_id))
    rejected = {reason: n for (outcome, reason), n in sorted(outcomes.items()) if outcome == "rejected"}
    return {
        "run": run.id,
        "status": run.status,
        "model": run.model,
        "settings": {name: value for name, value in run.settings.items() if name != "model"},
        "drawn": {"personas": len(asked), "ids_sha256": ids_digest(asked)},
        "rejected": rejected,
        "dead_letters": sum(n for (outcome, _), n in outcomes.items() if outcome == "dead"),
    }
