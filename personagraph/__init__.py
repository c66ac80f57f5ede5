"""personagraph grows a network of personas with a language model, and keeps it as a graph."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from personagraph.workspace import Workspace, init_workspace, open_workspace

__version__ = "0.1.0"
__all__ = ["Workspace", "__version__", "init_workspace", "open_workspace"]


def __getattr__(name: str) -> Any:
    """Public names are loaded when they are first used, so that importing the package stays quick."""
    if name in ("Workspace", "init_workspace", "open_workspace"):
        from personagraph import workspace as wiring

        return getattr(wiring, name)
    raise AttributeError(f"module 'personagraph' has no attribute {name!r}")
