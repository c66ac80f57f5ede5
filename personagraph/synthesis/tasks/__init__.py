"""The tasks of a synthesis: what samples are asked for, and how each is put to a small or a large model."""

from personagraph.synthesis.tasks import character, instruction, knowledge, logic, math, tools
from personagraph.synthesis.tasks.task import TaskKind

TASKS: dict[str, TaskKind] = {
    "math": math.TASK,
    "logic": logic.TASK,
    "instruction": instruction.TASK,
    "knowledge": knowledge.TASK,
    "character": character.TASK,
    "tools": tools.TASK,
}
"""By the name that `personagraph synthesize` takes."""
