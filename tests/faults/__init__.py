"""An OpenAI-compatible server over real HTTP that delays, limits, truncates, corrupts, disconnects and lies by a plan.

Start it in a test with `FaultServer(plan)`, or by hand with `python -m tests.faults --port 8000 --delay 1.0`.
"""

from tests.faults.plans import PERSONALITIES, Outage, Plan
from tests.faults.server import FaultServer, Seen
from tests.faults.texts import World

__all__ = ["PERSONALITIES", "FaultServer", "Outage", "Plan", "Seen", "World"]
