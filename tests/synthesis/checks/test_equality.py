"""Answers are compared as text, as numbers with units, and as mathematics in processes that may be killed."""

import os
import signal
import threading
from collections.abc import Iterator
from time import monotonic

import pytest

from personagraph.synthesis.checks.equality.answers import amounts, is_mathematics, same_plainly
from personagraph.synthesis.checks.equality.symbolic import SymbolicEquality, is_installed

PLAIN = [
    ("64 dollars", "$64", True),
    ("64 dollars", "The answer is 64 dollars.", True),
    ("64 dollars", "**64** dollars", True),
    ("8 × 8 = 64", "64", True),
    ("x = 3", "3", True),
    ("\\boxed{12}", "12", True),
    ("1,234", "1234", True),
    ("1.234,50 €", "1234.5 €", True),
    ("1 234", "1,234", True),
    ("3 1/2 hours", "3.5 hours", True),
    ("3½ hours", "210 minutes", True),
    ("2 km", "2000 m", True),
    ("20 m²", "20 square metres", True),
    ("20%", "0.2", True),
    ("20 %", "20", True),
    ("20 percent", "20%", True),
    ("1/3", "0.33", True),
    ("٣٤", "34", True),
    ("１２ jars", "12 jars", True),
    ("seven jars", "7 jars", True),
    ("5 full, 2 left over", "5 full and 2 left over", True),
    ("Yes.", "yes", True),
    ("Ana first, then Ben", "ana first then ben", True),
    ("64 dollars", "65 dollars", False),
    ("64 dollars", "64 hours", False),
    ("3 hours", "3 minutes", False),
    ("5 full, 2 left over", "5 and 3", False),
    ("-5", "5", False),
    ("20%", "21%", False),
    ("yes", "no", False),
    ("B", "c", False),
    ("Ana", "Ben", None),
    ("Ana", "Ana, who is first", None),
    ("it depends", "7", None),
    ("7 or 8", "7", None),
    ("1,250", "1.25", None),
    ("x^2-1", "(x-1)(x+1)", None),
    ("(1, 2)", "(1.2)", None),
    ("", "7", None),
    ("", "", None),
    ("7 " * 100_000, "7 " * 100_000, None),
    ("I think that one would have to know much more than is said here, but 7", "7 if it rains; otherwise 8", None),
]


@pytest.mark.parametrize(("one", "other", "same"), PLAIN)
def test_answers_are_compared_by_text_and_numbers(one, other, same):
    assert same_plainly(one, other) is same
    assert same_plainly(other, one) is same


def test_an_amount_has_its_unit_and_places():
    [price, time] = amounts("$12.50, 3 hours in total")
    assert (price.unit, price.places, time.unit, time.value) == ("$", 2, "hours", 3)


@pytest.mark.parametrize("text", ["Ana", "7 apples", "it depends", "", "import os", "__class__"])
def test_words_are_no_mathematics(text):
    assert not is_mathematics(text)


@pytest.fixture(scope="module")
def symbolic() -> Iterator[SymbolicEquality]:
    if not is_installed():
        pytest.skip("math-verify is not installed")
    with SymbolicEquality(seconds=60) as made:
        yield made


@pytest.fixture(scope="module")
def hasty() -> Iterator[SymbolicEquality]:
    """One that gives up soon."""
    if not is_installed():
        pytest.skip("math-verify is not installed")
    with SymbolicEquality(seconds=2) as made:
        yield made


def compares(made: SymbolicEquality) -> bool:
    """Whether it compares what is plain to compare, if not at once on a busy machine."""
    return any(made.same("a+b", "b+a") for _ in range(20))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("x^2-1", "(x-1)(x+1)", True),
        ("x**2+y", "y+x**2", True),
        ("\\frac{1}{2}", "0.5", True),
        ("\\sqrt{8}", "2\\sqrt{2}", True),
        ("{1,2}", "{2,1}", True),
        ("2x+1", "2x+2", False),
        ("(1,2)", "(2,1)", False),
        ("Ana", "Ben", None),
        ("\\frac{1}{", "7", None),
        ("x+", "x", None),
    ],
)
def test_mathematics_is_compared_symbolically(symbolic, one, other, same):
    assert symbolic.same(one, other) is same


ATTACKS = {
    "a tower": ("10^{10^{10}}+x", "10^{10^{10}}+x+1"),
    "a factorial": ("(10^9)!+x", "(10^9)!+x+1"),
    "an endless product": ("\\prod_{n=1}^{10^9} n", "\\sum_{n=1}^{10^9} n^n"),
    "an integral": ("\\int_0^1 e^{x^{x^x}} dx", "\\int_0^1 e^{x^x} dx"),
    "powers of sums": ("(a+b+c+d+f+g)^{400}", "(a+b+c+d+f+h)^{400}"),
    "deep brackets": ("(" * 300 + "x" + ")" * 300, "y"),
    "deep fractions": ("\\frac{1}{" * 60 + "x" + "}" * 60, "x"),
    "nulls": ("\x00x^2", "x^2\x00"),
    "lines": ("x^2\n[1,2]\n", "x^2\n"),
    "a megabyte": ("x+" * 500_000, "x"),
}


@pytest.mark.slow
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_ends_in_time_and_the_next_pair_is_compared(hasty, attack):
    assert compares(hasty)
    started = monotonic()
    assert hasty.same(*ATTACKS[attack]) in (None, True, False)
    assert monotonic() - started < 60
    assert compares(hasty)


@pytest.mark.slow
def test_what_takes_too_long_is_unclear_and_its_process_is_ended():
    if not is_installed():
        pytest.skip("math-verify is not installed")
    with SymbolicEquality(seconds=0.2) as made:
        assert made.same("a+b", "b+a") is True
        [before] = made.pids()
        os.kill(before, signal.SIGSTOP)  # as one that computes without end
        assert made.same("a+b", "2b") is None
        with pytest.raises(ProcessLookupError):
            os.kill(before, 0)
        assert compares(made)


@pytest.mark.slow
def test_a_process_that_was_killed_is_replaced(symbolic):
    assert symbolic.same("a+b", "b+a") is True
    for _ in range(2):
        [pid] = symbolic.pids()
        os.kill(pid, signal.SIGKILL)
        assert symbolic.same("2(a+b)", "2a+2b") is True
        assert symbolic.pids() != [pid]


@pytest.mark.slow
def test_threads_share_the_processes(symbolic):
    found: list[tuple[bool | None, bool | None]] = []

    def ask(n: int) -> None:
        found.append((symbolic.same(f"{n}x+y", f"y+{n}x"), symbolic.same(f"{n}x+y", f"{n + 1}x+y")))

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(2, 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [(True, False)] * 8


@pytest.mark.slow
def test_closing_ends_the_processes():
    if not is_installed():
        pytest.skip("math-verify is not installed")
    made = SymbolicEquality()
    made.same("a+b", "b+a")
    [pid] = made.pids()
    made.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert made.same("a+b", "b+a") is None
    assert made.same("7", "7.0") is True
