"""Formats with a sample a row: messages, prompt and completion, ShareGPT, Alpaca."""

from collections.abc import Iterator

from personagraph.synthesis.formats.sample_format import Row, SampleFormat, about
from personagraph.synthesis.samples import Sample

SPEAKERS = {"user": "human", "assistant": "gpt"}
"""Who speaks, as ShareGPT has it."""
ROLES = {
    "role_tag": "role",
    "content_tag": "content",
    "user_tag": "user",
    "assistant_tag": "assistant",
    "observation_tag": "tool",
    "function_tag": "function_call",
    "system_tag": "system",
}
"""How LLaMA-Factory is told the names of what is in a message: of all of it, since it knows no other then."""


def messages(sample: Sample) -> Iterator[Row]:
    """The conversation, as chat templates take it."""
    yield {"messages": sample["messages"], **about(sample)}


def prompt_completion(sample: Sample) -> Iterator[Row]:
    """What is asked, and apart from it what is learned."""
    *prompt, last = sample["messages"]
    yield {"prompt": prompt, "completion": [last], **about(sample)}


def sharegpt(sample: Sample) -> Iterator[Row]:
    """The conversation with the names that ShareGPT gave its fields."""
    turns = [{"from": SPEAKERS[turn["role"]], "value": turn["content"]} for turn in sample["messages"]]
    yield {"conversations": turns, **about(sample)}


def alpaca(sample: Sample) -> Iterator[Row]:
    """Instruction and output as plain texts; the input is part of the instruction."""
    user, assistant = (turn["content"] for turn in sample["messages"])
    yield {"instruction": user, "input": "", "output": assistant, **about(sample)}


MESSAGES = SampleFormat(
    messages,
    "conversations",
    {"messages": "the conversation: `role` (user, assistant) and `content`"},
    "TRL's `SFTTrainer` as it is; Axolotl as `type: chat_template`; LLaMA-Factory by dataset_info.json",
    {"formatting": "sharegpt", "columns": {"messages": "messages"}, "tags": ROLES},
)
PROMPT_COMPLETION = SampleFormat(
    prompt_completion,
    "what is asked, and apart from it what is learned",
    {"prompt": "the messages that are given", "completion": "the message that is learned"},
    "TRL's `SFTTrainer` as it is, with the loss on the completion only; Axolotl and LLaMA-Factory read `messages`",
)
SHAREGPT = SampleFormat(
    sharegpt,
    "conversations of human and gpt",
    {"conversations": "the conversation: `from` (human, gpt) and `value`"},
    "Axolotl as `type: chat_template` with `field_messages: conversations` and `message_property_mappings: {role: from,"
    " content: value}`; LLaMA-Factory by dataset_info.json; TRL's `SFTTrainer`, which renames it",
    {"formatting": "sharegpt", "columns": {"messages": "conversations"}},
)
ALPACA = SampleFormat(
    alpaca,
    "instruction, input and output as plain texts",
    {"instruction": "what is asked", "input": "always empty", "output": "what is learned"},
    "Axolotl as `type: alpaca`; LLaMA-Factory by dataset_info.json",
    {"formatting": "alpaca", "columns": {"prompt": "instruction", "query": "input", "response": "output"}},
)
