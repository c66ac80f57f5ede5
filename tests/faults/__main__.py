"""Runs the server by hand: healthy with a fixed delay, or, with a seed, as faulty as that seed's plan."""

import argparse
import signal
from dataclasses import replace

from tests.faults import FaultServer, Plan


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="by default any that is free")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds that each answer takes")
    parser.add_argument("--seed", type=int, help="be faulty, by the plan of this seed")
    given = parser.parse_args()
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    plan = Plan() if given.seed is None else Plan.drawn(given.seed)
    with FaultServer(replace(plan, quickest=given.delay, slowest=given.delay), port=given.port) as server:
        print(server.url, flush=True)
        signal.sigwait(ends)


if __name__ == "__main__":
    main()
