"""The root of the command line: the groups of commands, the options that many of them share, and how they answer."""

import re
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from typer.core import TyperArgument, TyperCommand, TyperOption

from personagraph.cli.terminal import render
from personagraph.cli.terminal.exit_codes import StoppedError

if TYPE_CHECKING:
    from personagraph.workspace import Workspace

F = TypeVar("F", bound=Callable[..., Any])
REGISTRIES = {
    "AIMS": "personagraph.linking.candidates",
    "CHECKS": "personagraph.synthesis.checks",
    "FORMATS": "personagraph.exporting",
    "LAYOUTS": "personagraph.synthesis.formats:FORMATS",
    "METHODS": "personagraph.dedup.rules",
    "METRICS": "personagraph.graph.metrics",
    "MODELS": "personagraph.llm.models",
    "OUTCOMES": "personagraph.synthesis.checks.check",
    "POLICIES": "personagraph.steering.policies",
    "SAMPLERS": "personagraph.graph.sampling",
    "SHOTS": "personagraph.synthesis.tasks.task",
    "SOURCES": "personagraph.linking.candidates",
    "STORES": "personagraph.stores",
    "TARGETS": "personagraph.steering.targets",
    "TASKS": "personagraph.synthesis.tasks",
    "TYPES": "personagraph.vocabulary.relationships",
}
"""Where the tables are of what can be plugged in; the help of an option that names one in braces lists what it has.

Behind a colon stands the name of a table that has another there.
"""


class ListingCommand(TyperCommand):
    """A command whose help lists what is registered: what `{POLICIES}` stands for is looked up when it is printed."""

    def invoke(self, ctx: Any) -> Any:
        """Carry it out; an interruption would else end without a word."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            raise StoppedError from error

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help, with the names in braces filled in."""
        for option in self.params:
            if isinstance(option, TyperArgument | TyperOption) and option.help:
                option.help = re.sub(r"\{([A-Z]+)\}", lambda found: listed(found[1]), option.help)
        super().format_help(ctx, formatter)


def listed(registry: str) -> str:
    """What is in a registry, in its order: how each is named, and what it is."""
    module, _, name = REGISTRIES[registry].partition(":")
    entries = getattr(import_module(module), name or registry)
    return ", ".join(dict.fromkeys(_told(name, entry) for name, entry in entries.items()))


def _told(name: str, entry: Any) -> str:
    named, about = getattr(entry, "shape", "") or name, getattr(entry, "about", "")
    return f"{named} ({about})" if about else named


class Commands(typer.Typer):
    """A group of such commands."""

    def command(self, name: str | None = None, **options: Any) -> Callable[[F], F]:
        """The decorator that adds a command."""
        return super().command(name, **{"cls": ListingCommand, **options})


app = Commands(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Grows a graph of personas with a language model. Start with: personagraph init; personagraph extract FILES.",
)

stores = Commands(no_args_is_help=True, help="Where the graph is kept.")
app.add_typer(stores, name="store")


def _say_version(wanted: bool) -> None:
    if wanted:
        from personagraph import __version__

        print(__version__)
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_say_version, is_eager=True)
    ] = False,
) -> None:
    """Hold the options that come before a command."""


Folder = Annotated[
    Path,
    typer.Option("--workspace", envvar="PERSONAGRAPH_WORKSPACE", help="The workspace's folder.", show_default=False),
]
Store = Annotated[
    str | None,
    typer.Option("--store", help="{STORES}; the password is in the environment."),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
LogJson = Annotated[bool, typer.Option("--log-json", help="Progress, notes and errors as JSON objects on stderr.")]
"""What it says is looked up in `render.wants_log`: an error in the options must be an object, too."""
Dedup = Annotated[str | None, typer.Option(help="How alike descriptions are found: {METHODS}.")]
Threshold = Annotated[
    float | None,
    typer.Option(help="The least Jaccard similarity for partition and minhash, 0.5 to 1.  [default: 0.9]"),
]
Separator = Annotated[
    str | None, typer.Option(help="What separates the cells of a table, as ; or tab.  [default: by its header]")
]
Strict = Annotated[bool, typer.Option("--strict", help="Stop before anything is done, at a row that cannot be used.")]
Types = Annotated[
    list[str] | None, typer.Option("--type", help="Only relationships of this type: {TYPES}; may be repeated.")
]
HERE = Path(".")


def opened(folder: Path, store: str | None = None, *, changes: bool = False, **settings: str | None) -> "Workspace":
    """The workspace in a folder. That its ledger is behind is told, unless the command `changes` it, and is refused."""
    from personagraph.workspace import open_workspace

    workspace = open_workspace(folder, store=store, **settings)
    workspace.note = render.note
    if workspace.moving:
        render.note(workspace.moving)
    if workspace.behind and not changes:
        render.note(f"warning: {workspace.behind}")
    return workspace


def answer(json: bool, data: Mapping[str, Any], lines: Iterable[str]) -> None:
    """Print one JSON object, or lines for people."""
    if json:
        render.say_json(data)
    else:
        render.say(lines)
