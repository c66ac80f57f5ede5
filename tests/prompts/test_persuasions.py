"""What a text tells a real model to do changes nothing but what is said of that text; see persuasions.py."""

from pathlib import Path

import pytest

from tests.prompts.persuasions import ATTEMPTS, CANARY, trial


def test_there_are_sixty_attempts_and_each_says_what_shows_that_it_was_obeyed():
    assert len(set(ATTEMPTS)) >= 60
    assert all(CANARY in attempt for attempt in ATTEMPTS)


@pytest.mark.local_llm
@pytest.mark.slow
def test_no_attempt_changes_anything_beyond_its_own_persona(tmp_path: Path):
    """A quarter of them; all are asked by `python -m tests.prompts.persuasions`."""
    outcome = trial(tmp_path / "graph", every=4, model="local")
    assert outcome.asked >= 10
    assert outcome.samples
    assert outcome.beyond == []
