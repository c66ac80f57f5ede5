"""Preference pairs: to one problem an answer that was checked, and one that a check disputed."""

from collections.abc import Iterator

from personagraph.synthesis.checks.check import AGREED, COMPUTED, DISPUTED, VERIFIED
from personagraph.synthesis.formats.conversations import ROLES
from personagraph.synthesis.formats.sample_format import Row, SampleFormat, about
from personagraph.synthesis.samples import Message, Sample

HOLDING = (VERIFIED, COMPUTED, AGREED)
"""Outcomes after which the sample's own answer is the better one."""


def pairs(sample: Sample) -> Iterator[Row]:
    """A row for each pair: of a sample that holds with each answer rejected, of a disputed one with what is believed.

    What nobody checked makes no pair, whatever else was answered.
    """
    *prompt, given = sample["messages"]
    if sample["check"] in HOLDING:
        for worse in dict.fromkeys(sample["rejected"]):
            if worse.strip() and worse != given["content"]:
                yield _pair(sample, prompt, given["content"], worse)
    elif sample["check"] == DISPUTED and sample["believed"].strip():
        yield _pair(sample, prompt, sample["believed"], given["content"])


def _pair(sample: Sample, prompt: list[Message], better: str, worse: str) -> Row:
    """The answers as lists of messages, and each as one message: TRL wants the former, LLaMA-Factory the latter."""
    chosen, rejected = ({"role": "assistant", "content": text} for text in (better, worse))
    both = {"chosen": [chosen], "rejected": [rejected], "chosen_message": chosen, "rejected_message": rejected}
    return {"prompt": prompt, **both, **about(sample)}


PREFERENCE = SampleFormat(
    pairs,
    "pairs of a checked and a disputed answer to one problem",
    {
        "prompt": "the messages that are given",
        "chosen": "the answer that checks bear out",
        "rejected": "the answer that checks dispute",
        "chosen_message": "the same as `chosen`, as one message",
        "rejected_message": "the same as `rejected`, as one message",
    },
    "TRL's `DPOTrainer` as it is; Axolotl with `rl: dpo` as `type: chat_template.default` with `field_messages:"
    " prompt`; LLaMA-Factory by dataset_info.json",
    {
        "formatting": "sharegpt",
        "ranking": True,
        "columns": {"messages": "prompt", "chosen": "chosen_message", "rejected": "rejected_message"},
        "tags": ROLES,
    },
    lacks="two answers to one problem of which a check bears out one and disputes the other",
    leaves_out=(),
)
