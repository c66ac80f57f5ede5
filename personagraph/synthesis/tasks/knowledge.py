"""Texts of knowledge: what a persona knows from its work or life, under the question that it answers."""

from functools import partial

from personagraph.synthesis.tasks.task import TaskKind
from personagraph.synthesis.tasks.written import WrittenTask

TASK = TaskKind(
    {"small": partial(WrittenTask, "knowledge-small"), "large": partial(WrittenTask, "knowledge-large")},
    "questions with texts of what personas know",
)
