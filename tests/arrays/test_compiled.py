"""A person who waits for loops to be compiled is told so, once, and not where they are there."""

import numba

from personagraph.arrays.compiled import compilation_noted


def test_that_loops_are_compiled_is_noted_once_and_not_when_they_are_there():
    loops, notes = [numba.njit(lambda n: n + 1), numba.njit(lambda n: n - 1)], list[str]()
    for _ in range(2):
        with compilation_noted(notes.append):
            assert [loop(n) for loop in loops for n in (1, 1.5)] == [2, 2.5, 0, 0.5]
        assert [note.split(",")[0] for note in notes] == ["compiling"]
