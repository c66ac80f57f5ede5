"""The command line: a thin reader of `personagraph.workspace`."""

import sys
from importlib import import_module

THEMES = ("grow", "explore", "export", "runs", "dead_letters", "store", "backup", "query", "setup")
"""The modules of commands, in the order in which `--help` lists them."""


def main() -> None:
    """Run one command and end the process with its exit code."""
    for theme in THEMES:
        import_module(f"personagraph.cli.{theme}")
    from personagraph.cli.app import app
    from personagraph.cli.terminal.exit_codes import exit_code

    sys.exit(exit_code(lambda: app(standalone_mode=False)))
