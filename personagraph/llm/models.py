"""Every kind of language model that can be asked."""

from personagraph.llm import local, recorded
from personagraph.llm.kind import ModelKind
from personagraph.llm.openai import backend as openai
from personagraph.llm.simulated import backend as simulated

MODELS: dict[str, ModelKind] = {
    "local": local.KIND,
    "simulated": simulated.KIND,
    "openai": openai.KIND,
    "recorded": recorded.KIND,
}
"""By the beginning of the name that `--model` takes."""
