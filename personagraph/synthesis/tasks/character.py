"""Characters of games: a persona, translated into a world that is given."""

from functools import partial

from personagraph.synthesis.tasks.task import TaskKind
from personagraph.synthesis.tasks.written import WrittenTask

TASK = TaskKind(
    {"small": partial(WrittenTask, "character-small"), "large": partial(WrittenTask, "character-large")},
    "characters for the world of a game",
)
