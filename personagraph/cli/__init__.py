"""The command line: a thin reader of `personagraph.wiring`."""

import sys


def main() -> None:
    """Run one command and end the process with its exit code."""
    from personagraph.cli import accounting, browsing, drawing, growing, setup  # noqa: F401 - each adds its commands
    from personagraph.cli.app import app
    from personagraph.cli.failing import exit_code

    sys.exit(exit_code(lambda: app(standalone_mode=False)))
