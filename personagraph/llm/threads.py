"""The thread in which a client has its event loop."""

import asyncio
import threading
from collections.abc import Callable


def started(work: Callable[[], object], loop: asyncio.AbstractEventLoop, name: str) -> threading.Thread:
    """A thread that does its work with that loop; where none can be started, the loop is closed, and the error told."""
    thread = threading.Thread(target=work, name=name, daemon=True)
    try:
        thread.start()
    except BaseException:
        loop.close()
        raise
    return thread
