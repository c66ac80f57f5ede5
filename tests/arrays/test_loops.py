"""A loop is compiled where that pays, and once it is, used however few steps there are."""

from personagraph.arrays.loops import loop_for


def _sum(numbers):  # type: ignore[no-untyped-def]
    total = 0
    for number in numbers:
        total += number
    return total


def test_a_loop_that_is_compiled_is_used_for_few_steps_too():
    assert loop_for(10, _sum) is _sum
    machine_code = loop_for(2_000_000, _sum)
    assert machine_code is not _sum
    assert loop_for(10, _sum) is machine_code
    assert machine_code.py_func is _sum
