"""What the settings of a run come to: how its samples are asked for, what looks at them, and what is ahead of it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from weakref import finalize

from personagraph.errors import ConfigError
from personagraph.ledger import Run
from personagraph.llm.backend import ChatBackend
from personagraph.workspace.run_settings import SynthesizeSettings, settings_of
from personagraph.workspace.spending.ahead import MARK, Ahead, CallsBeside, anybody
from personagraph.workspace.verbs.synthesis.asked import CONTEXTS, CONVERSATION, task_kind

if TYPE_CHECKING:
    from personagraph.prompts.dialogue import Dialogues, PromptDialogue
    from personagraph.synthesis.checks.check import Same
    from personagraph.synthesis.tasks.task import Task
    from personagraph.synthesis.weighing import Checking
    from personagraph.synthesis.work import Asks, Synthesis
    from personagraph.workspace.workspace import Workspace

ANSWERS = 2
"""How many independent answers are asked for, where a task has them compared and nobody says otherwise."""
LIKELY_PROBLEM = 600
"""Characters of a problem and of its solution, of which nothing is known yet."""


def asks_of(run: Run, secret: bytes) -> "Asks":
    """How the steps of a run are asked: samples of the model that writes, answers and criticism of the checker."""
    from personagraph.synthesis.dialogues import Conversing, Criticising, Solving
    from personagraph.synthesis.weighing import CRITIC
    from personagraph.synthesis.work import Asks

    settings = settings_of(run, SynthesizeSettings)
    task, checking = task_of(run, secret), checking_of(run)
    more: dict[str, Any] = {"seed": settings.seed, "language": settings.language}
    checker = settings.checker or run.model
    converse = Conversing("converse", run.model, secret, **more) if settings.context == CONVERSATION else None
    solve = Solving("solve", checker, secret, **more) if checking.answers else None
    criticise = Criticising("criticise", checker, secret, **more) if CRITIC in checking.names else None
    for each in (converse, solve, criticise):
        if each is not None:
            each.asking = settings.asking
    return Asks(task, converse, solve, criticise)


def task_of(run: Run, secret: bytes) -> "Task":
    """How the samples themselves are asked for. Raises ConfigError where the task has no such prompts."""
    settings = settings_of(run, SynthesizeSettings)
    kind = task_kind(settings)
    shots = settings.shots or ("personas" if settings.prompts == "small" else "none")
    dialogue = kind.dialogues[settings.prompts](
        run.model, secret, seed=settings.seed, language=settings.language, shots=shots
    )
    for name, values in (settings.vary or {}).items():
        if name not in dialogue.vary:
            has = ", ".join(dialogue.vary) or "nothing"
            raise ConfigError(
                f"--set {name}: with {settings.prompts} prompts the samples of {settings.task} differ in {has}"
            )
        if dialogue.composes and (odd := next((one for one in values if one not in dialogue.vary[name]), None)):
            raise ConfigError(
                f"--set {name}: {odd!r} is not known; with {settings.prompts} prompts it can be"
                f" {'; '.join(dialogue.vary[name])}"
            )
    dialogue.vary = {**dialogue.vary, **{name: tuple(values) for name, values in (settings.vary or {}).items()}}
    dialogue.asking = settings.asking
    return dialogue


def checking_of(run: Run, same: "Same | None" = None) -> "Checking":
    """What looks at the samples of a run: what the user said, else the checks of the task.

    Nothing looks at those of a run that an older version began, nor of its recording.
    """
    from personagraph.synthesis.checks.equality.answers import same_plainly
    from personagraph.synthesis.weighing import AGREEMENT, Checking

    settings = settings_of(run, SynthesizeSettings)
    task = task_of(run, MARK)
    own = task.checks if settings.dealt else ()
    names = list(own if settings.checks is None else settings.checks)
    answers = settings.answers if settings.answers is not None else ANSWERS * (AGREEMENT in names)
    if answers and AGREEMENT not in names:
        names.append(AGREEMENT)
    return Checking(names, answers, same or same_plainly)


def synthesis_dialogue(run: Run, secret: bytes) -> "Dialogues":
    """How the steps of a run are put to its models."""
    from personagraph.prompts.dialogue import Dialogues

    return Dialogues(**asks_of(run, secret).named())


def synthesis_of(workspace: "Workspace", ids: Sequence[str], run: Run, backend: ChatBackend) -> "Synthesis":
    """The work of a synthesis about these personas, by the settings of the run, with what it decided before.

    The processes that compare answers, if any are needed, end with it.
    """
    from personagraph.synthesis.checks.equality.symbolic import SymbolicEquality
    from personagraph.workspace.verbs.linking.beginning import decided_steps

    equality = SymbolicEquality()
    made = _work(workspace, ids, run, workspace.ledger.secret, equality.same)
    finalize(made, equality.close)
    made.recall(decided_steps(workspace.ledger, run, every=True))
    return made


def ahead_of(workspace: "Workspace", run: Run) -> Ahead:
    """The samples that a synthesis is still to ask for, and what is asked about each."""
    from personagraph.prompts.dialogue import without_asked

    settings, asks, checking = settings_of(run, SynthesizeSettings), asks_of(run, MARK), checking_of(run)
    work = _work(workspace, anybody(workspace.store), run, MARK, None)
    fields: list[Mapping[str, Any]] = []
    while step := work.next_step(len(fields)):
        work.planned(step)
        fields.append(without_asked(step.fields))
    each, text, is_other = work.steps_each, "x" * LIKELY_PROBLEM, settings.checker is not None
    beside: list[tuple[PromptDialogue | None, Sequence[Mapping[str, Any]], int, bool]] = [
        (asks.converse, fields, 1, False),
        (asks.solve, [{"problem": text}], checking.answers, is_other),
        (asks.criticise, [{"problem": text, "solution": text}], 1, is_other),
    ]
    told = f"{settings.n} samples" if each == 1 else f"{settings.n} samples, up to {each} calls for each"
    return Ahead(
        asks.ask,
        lambda brings: settings.n * each - run.decided,
        fields,
        told,
        tuple(CallsBeside(dialogue, of, n / each, other) for dialogue, of, n, other in beside if dialogue),
    )


def _work(workspace: "Workspace", ids: Sequence[str], run: Run, secret: bytes, same: "Same | None") -> "Synthesis":
    from personagraph.synthesis.shown import ShownPeople
    from personagraph.synthesis.work import Synthesis

    settings, asks = settings_of(run, SynthesizeSettings), asks_of(run, secret)
    people = ShownPeople(workspace.store, ids, neighbours=CONTEXTS[settings.context], seed=settings.seed)
    return Synthesis(people, asks, vary=asks.ask.vary, checking=checking_of(run, same), seed=settings.seed)
