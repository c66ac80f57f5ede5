"""The command line: a thin reader of `personagraph.workspace`."""

import sys
from importlib import import_module

THEMES = ("grow", "explore", "metrics", "export", "runs", "dead_letters", "store", "backup", "query", "dedup", "setup")
"""The modules of commands, in the order in which `--help` lists them."""


def main() -> None:
    """Run one command and end the process with its exit code."""
    try:
        from personagraph.cli.terminal.exit_codes import exit_code
        from personagraph.cli.terminal.signals import interrupted_by_signals
        from personagraph.cli.terminal.streams import open_streams
    except (ImportError, MemoryError, OSError) as error:
        sys.exit(f"personagraph: cannot be loaded ({error}); install it anew, or give it more memory and open files")
    with interrupted_by_signals():
        open_streams()
        code = exit_code(_run)
    sys.exit(code)


def _run() -> object:
    for theme in THEMES:
        import_module(f"personagraph.cli.{theme}")
    from personagraph.cli.app import app

    return app(standalone_mode=False)
