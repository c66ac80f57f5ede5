"""Gives commands options that they share, as one argument."""

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from typing import Any


def shares(build: Callable[..., Any], name: str, without: tuple[str, ...] = ()) -> Callable[[Any], Any]:
    """Gives a command the options of `build`, but for some; it takes what `build` makes of them by this name.

    They take the place of that argument in the help. Options that are left out have their defaults.
    """
    shared = {option: p for option, p in signature(build).parameters.items() if option not in without}

    def decorated(command: Callable[..., Any]) -> Callable[..., Any]:
        own = signature(command)

        @wraps(command)
        def with_options(**given: Any) -> Any:
            told = {option: given.pop(option) for option in shared}
            return command(**given, **{name: build(**told)})

        parts = [shared.values() if option == name else [p] for option, p in own.parameters.items()]
        every = [p.replace(kind=Parameter.KEYWORD_ONLY) for part in parts for p in part]
        with_options.__signature__ = own.replace(parameters=every)  # type: ignore[attr-defined]
        return with_options

    return decorated
