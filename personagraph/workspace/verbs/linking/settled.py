"""What the settings of a run of linking come to: its dialogues, its mix of sources, what is known of its model."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from personagraph.ledger import Run
from personagraph.workspace.run_settings import LinkSettings, ModelSettings
from personagraph.workspace.spending.ahead import MARK
from personagraph.workspace.verbs.linking.beginning import decided_steps, judge_prompt, remember, steps_before

if TYPE_CHECKING:
    from personagraph.linking.candidates import Aim
    from personagraph.linking.trial import PairTrial
    from personagraph.linking.work import Ways
    from personagraph.prompts.dialogue import Dialogues
    from personagraph.workspace.workspace import Workspace

GROUND = 0.7
"""The cosine from which on somebody stands for one who is imagined, where a model cannot judge and none is set."""
RECIPROCITY = "reciprocity"


def linking_ways(run: Run, secret: bytes) -> "Ways":
    """How pairs are judged, ties are told, and people are imagined, by the settings of a run."""
    from personagraph.expansion.dialogues import DIALOGUES as IMAGINED
    from personagraph.linking.dialogues import DIALOGUES, PairDialogue
    from personagraph.linking.work import Ways

    settings = ModelSettings.of(run.settings)
    judge = PairDialogue(run.model, secret, seed=settings.seed)
    tell = DIALOGUES[settings.prompts](run.model, secret, seed=settings.seed)
    imagine = IMAGINED[settings.prompts](
        run.model, secret, seed=settings.seed, language=settings.language, before=not settings.dealt
    )
    tell.asking = imagine.asking = settings.asking
    judge.asking = replace(settings.asking, max_tokens=None)
    return Ways(judge, tell, imagine)


def linking_dialogue(run: Run, secret: bytes) -> "Dialogues":
    """How the steps of a run are put to its model."""
    from personagraph.prompts.dialogue import Dialogues

    return Dialogues(**linking_ways(run, secret).named())


def mix_of(settings: LinkSettings) -> Mapping[str, float]:
    """The shares of candidates from each source: those that are set, else the aim's."""
    return settings.mix if settings.mix is not None else aim_of(settings).mix


def aim_of(settings: LinkSettings) -> "Aim":
    """The aim of a run; without one, all."""
    from personagraph.linking.candidates import AIMS, EVERYTHING

    return AIMS[settings.aim] if settings.aim else EVERYTHING


def is_known(trial: "PairTrial") -> bool:
    """Whether earlier runs tell enough of a model, so that it is not tried again."""
    from personagraph.linking.trial import KNOWN

    return trial.count(known=True) >= KNOWN // 2 and trial.count(known=False) >= KNOWN


def trial_of(workspace: "Workspace", run: Run) -> "PairTrial":
    """What the trials of a run and of those before it have shown."""
    from personagraph.linking.trial import PairTrial

    share = float(run.settings.get("false_links", LinkSettings.defaults()["false_links"]))
    trial, judge = PairTrial(share), judge_prompt(linking_ways(run, MARK).judge)
    remember(chain(steps_before(workspace.ledger, run), decided_steps(workspace.ledger, run)), judge, trial, None, None)
    return trial
