"""Checks of what a user asks for: names that are known, numbers that make sense, options that a verb has."""

from collections.abc import Callable, Collection, Iterable, Sequence
from difflib import get_close_matches
from fractions import Fraction
from functools import wraps
from inspect import Parameter, signature
from typing import ParamSpec, TypedDict, TypeVar, get_args

from personagraph.errors import UsageError
from personagraph.llm.backend import ChatBackend
from personagraph.progress import Progress
from personagraph.workspace.settings import language_of

P = ParamSpec("P")
R = TypeVar("R")


class ModelOptions(TypedDict, total=False):
    """What every run with a language model can be told. None counts as not given."""

    model: str | None
    """One of the kinds of `personagraph.llm.models.MODELS`, as `openai:NAME`; by default what the settings say."""
    backend: ChatBackend | None
    """A backend of the caller's own, instead of `model`."""
    seed: int | None
    max_calls: int | None
    max_personas: int | None
    max_cost: float | None
    """In USD; needs a model whose price is known."""
    concurrency: int | None
    batch: bool
    """Buy the replies by batches, at their lower price and within hours; a run that began so goes on so."""
    dedup: str | None
    language: str | None
    """A language's English name or BCP 47 tag, or "own" (the default): that of each text or persona."""
    fresh: bool
    """Ask again, also what the ledger has replies to."""
    allow_mixed: bool
    """Let a made-up world and a real model grow one graph."""
    yes: bool
    """Let a run that costs something go as far as it goes, though no limit is given."""
    agree: Callable[[str], bool] | None
    """Is asked before a run that may cost more than little; without it such a run needs a limit, or `yes`."""
    stopping: Callable[[], bool]
    progress: Progress
    note: Callable[[str], None]
    """Is told, in a sentence, what a person should know while the run goes on."""


def strict_options(verb: Callable[P, R]) -> Callable[P, R]:
    """The verb, which takes those of a TypedDict too; it raises TypeError for any other option, naming the nearest."""
    known = every_option(verb)

    @wraps(verb)
    def checked(*arguments: P.args, **options: P.kwargs) -> R:
        _check(verb.__name__, options, known)
        return verb(*arguments, **options)

    return checked


def own_options(verb: Callable[..., object]) -> list[str]:
    """The options of a function, beside those of every run with a model."""
    return [name for name in every_option(verb) if name not in ModelOptions.__annotations__]


def every_option(verb: Callable[..., object]) -> list[str]:
    """The options of a function, those of its TypedDict too."""
    found: list[str] = []
    for name, parameter in signature(verb).parameters.items():
        shared = parameter.kind == Parameter.VAR_KEYWORD
        found += get_args(parameter.annotation)[0].__annotations__ if shared else [name]
    return found


def check_options(verb: str, options: Iterable[str], own: Collection[str]) -> None:
    """Raises TypeError for an option that is neither the verb's own nor one of ModelOptions, naming the nearest one."""
    _check(verb, options, [*own, *ModelOptions.__annotations__])


def _check(verb: str, options: Iterable[str], known: Sequence[str]) -> None:
    for name in options:
        if name not in known:
            nearest = get_close_matches(name, known, n=1, cutoff=0)
            raise TypeError(f"{verb}() has no option {name!r}; did you mean {nearest[0]!r}?")


def check_positive(**options: int | None) -> None:
    """Raises ConfigError naming the option that is below 1."""
    for name, value in options.items():
        if value is not None and value < 1:
            raise UsageError(f"--{name.replace('_', '-')} is {value}; it must be 1 or more")


def check_known(option: str, value: str | None, known: Collection[str]) -> None:
    """Raises ConfigError listing the names that the option may have."""
    if value is not None and value not in known:
        raise UsageError(f"--{option} {value!r} is not known; it can be {' or '.join(known)}")


def check_share(option: str, value: float | None) -> None:
    """Raises UsageError for what is not above 0 and below 1."""
    if value is not None and not 0 < value < 1:
        raise UsageError(f"--{option} is {value}; it must be above 0 and below 1")


def check_threshold(value: float | None) -> Fraction | None:
    """The threshold as it is written. Raises UsageError for one that is none."""
    if value is not None and not 0.5 <= value <= 1:
        raise UsageError(f"--threshold is {value}; it must be from 0.5 to 1")
    return None if value is None else Fraction(str(value))


def checked_language(said: str | None) -> str | None:
    """The language as a run keeps it. Raises UsageError naming the nearest one that is known."""
    try:
        return said and language_of(said)
    except ValueError as error:
        raise UsageError(f"--language: {error}") from None
