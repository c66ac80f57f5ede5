"""Every kind of language model that can be asked."""

import os
from pathlib import Path

from personagraph.llm import recorded
from personagraph.llm.kind import ModelKind
from personagraph.llm.local import backend as local
from personagraph.llm.openai import backend as openai
from personagraph.llm.simulated import backend as simulated

MODELS: dict[str, ModelKind] = {
    "local": local.KIND,
    "simulated": simulated.KIND,
    "openai": openai.KIND,
    "recorded": recorded.KIND,
}
"""By the beginning of the name that `--model` takes."""


def placed(model: str, beside: Path) -> str:
    """The name of a model with the file that it names, if any, as an absolute path; a relative one lies in `beside`.

    So it stands for the same file wherever a run goes on.
    """
    start, _, name = model.partition(":")
    kind = MODELS.get(start)
    if not (kind and kind.file and name):
        return model
    file = os.path.expanduser(name)
    return f"{start}:{os.path.abspath(beside / file)}"
