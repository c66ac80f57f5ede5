"""Formats of samples: what trainers read, each made of the samples that a run left in the ledger."""

from personagraph.synthesis.formats import conversations, parquet, preferences, tools
from personagraph.synthesis.formats.sample_format import SampleFormat

FORMATS: dict[str, SampleFormat] = {
    "messages": conversations.MESSAGES,
    "prompt-completion": conversations.PROMPT_COMPLETION,
    "preference": preferences.PREFERENCE,
    "sharegpt": conversations.SHAREGPT,
    "alpaca": conversations.ALPACA,
    "tools": tools.TOOLS,
    "parquet": parquet.PARQUET,
}
"""By the name that `--format` takes."""
DEFAULT = "messages"
