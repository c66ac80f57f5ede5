"""How many calls policies need in worlds with known truth, beside breadth-first and what else the field has.

    scripts/bench steering [--worlds N] [--laws NAME…] [--policies NAME…] [--calls MAX] [--seed FIRST] [--small]
    scripts/bench steering --choices [--policies NAME…]

A world follows from its law and its seed; take a FIRST that no policy was made with. Of each law a table: the calls
until 95 % of the cells hold so many people (medians; "> MAX" where half of the worlds never came there), the speed-up
over bfs at 20 (the geometric mean of the worlds' ratios, with Student's 95 % interval of their logarithms), and how
things stand at 10,000 calls: of the ties, how many are between the like (and would be by chance), and how many a wish
brought though the ego would hardly name such a person (far-fetched). A run that never comes there counts with MAX: a
ratio is then no more than a bound, which its sign says. What a policy is told of a world is in `World.facts`.

With --small the worlds have a third of the cells, seeds and people. Policies of `scripts/steering_tries.py` are played
where they are named. With --choices no world is played: what beginning and a choice cost in graphs of 1,000, 10,000 and
100,000 personas.
"""

import argparse
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from math import exp, inf, log, sqrt
from statistics import fmean, median, stdev
from typing import NamedTuple

from personagraph.steering.policies import POLICIES
from personagraph.steering.policies.policy import PolicyKind, PolicyOptions
from scripts import steering_choices
from scripts.steering_laws import LAWS, WHOLE, Size
from scripts.steering_rivals import RIVALS
from scripts.steering_runs import EACH, Mark, run
from scripts.steering_tries import TRIES
from scripts.steering_worlds import World

USUAL: Mapping[str, PolicyKind] = {**POLICIES, **{name: kind for name, kind in RIVALS.items() if name not in POLICIES}}
KINDS: Mapping[str, PolicyKind] = {**USUAL, **TRIES}
SMALL = Size(activities=6, regions=10, seeds=160, people=100_000)
LOOKED_AT = 10_000
HOPS = 6
PROCESSES = 2


class Result(NamedTuple):
    """What one policy came to in one world: the calls until so many were held, None for never."""

    until: Mapping[int, int | None]
    held: int
    mark: Mark
    rejected: float
    merged: float
    micros: float


def main() -> None:
    """Print a table for each law."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--worlds", type=int, default=10, metavar="N")
    options.add_argument("--laws", nargs="+", choices=LAWS, default=list(LAWS), metavar="NAME")
    options.add_argument("--policies", nargs="+", choices=KINDS, default=list(USUAL), metavar="NAME")
    options.add_argument("--calls", type=int, default=100_000, metavar="MAX")
    options.add_argument("--seed", type=int, default=1000, metavar="FIRST")
    options.add_argument("--small", action="store_true", help="smaller worlds")
    options.add_argument("--choices", action="store_true", help="what a choice costs, instead")
    given = options.parse_args()
    if given.choices:
        return steering_choices.table([name for name in given.policies if name in POLICIES])
    names = list(dict.fromkeys(["bfs", *given.policies]))
    seeds = range(given.seed, given.seed + given.worlds)
    print(f"{given.worlds} worlds a law, from seed {given.seed}; at most {given.calls:,} calls a run")
    with ProcessPoolExecutor(PROCESSES) as pool:
        for law in given.laws:
            jobs = [(law, name, seed, given.calls, given.small) for name in names for seed in seeds]
            told = {}
            for number, (job, result) in enumerate(_as_done(pool, jobs), 1):
                told[job[1], job[2]] = result
                where = f"{job[1]} in {law}:{job[2]}"
                print(f"{number}/{len(jobs)} {where}: {result.until[EACH[-1]]}", file=sys.stderr, flush=True)
            tell(law, {name: [told[name, seed] for seed in seeds] for name in names}, given.calls)


Job = tuple[str, str, int, int, bool]


def _as_done(pool: ProcessPoolExecutor, jobs: Sequence[Job]) -> Iterable[tuple[Job, Result]]:
    running = {pool.submit(played, *job): job for job in jobs}
    for one in as_completed(running):
        yield running[one], one.result()


def played(law: str, name: str, seed: int, calls: int, is_small: bool = False) -> Result:
    """A run of a policy in a world, up to so many calls, or until all is reached and there is what is looked at."""
    world = World(law, seed, size=SMALL if is_small else WHOLE)
    policy = KINDS[name].make(PolicyOptions(HOPS, 1, seed), world.facts())
    began = time.process_time()
    measures = run(policy, world, calls, enough=LOOKED_AT)
    took = time.process_time() - began
    items = max(measures.outcomes.total(), 1)
    return Result(
        until={each: measures.until(each) for each in EACH},
        held=measures.covered(EACH[-1], LOOKED_AT),
        mark=measures.marks.get(LOOKED_AT) or measures.mark(),
        rejected=measures.outcomes["rejected"] / items,
        merged=measures.outcomes["merged"] / items,
        micros=took / max(measures.calls, 1) * 1e6,
    )


def tell(law: str, results: Mapping[str, Sequence[Result]], cap: int) -> None:
    """Print the table of a law."""
    print(f"\n## {law}: {LAWS[law].about}\n")
    columns = [f"≥ {each}" for each in EACH]
    columns += ["worlds", "times bfs [95 %]", "cells ≥ 20", "hidden", "excess JS", "same region", "same activity"]
    columns += ["far-fetched", "merged", "rejected", "µs a call"]
    print("| policy | " + " | ".join(columns) + " |")
    print("|---|" + "---|" * len(columns))
    for name, found in results.items():
        there = sum(one.until[EACH[-1]] is not None for one in found)
        cells = [_middle([one.until[each] for one in found], cap) for each in EACH]
        cells += [f"{there}/{len(found)}", faster(results["bfs"], found, cap) if name != "bfs" else "1"]
        cells += [f"{median(one.held for one in found):g}", f"{fmean(one.mark.hidden for one in found):.2f}"]
        cells += [f"{fmean(one.mark.excess for one in found):.4f}"]
        cells += [_mixed(found, axis) for axis in ("region", "activity")]
        cells += [f"{fmean(one.mark.strange for one in found):.3f}"]
        cells += [f"{fmean(one.merged for one in found):.3f}", f"{fmean(one.rejected for one in found):.3f}"]
        cells += [f"{median(one.micros for one in found):.0f}"]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def faster(slow: Sequence[Result], fast: Sequence[Result], cap: int) -> str:
    """How many times fewer calls, with an interval; a dash where neither ever came there.

    A sign says that the cap made some of the ratios bounds: from below, from above, or "?", of either kind.
    """
    pairs = [(one.until[EACH[-1]], other.until[EACH[-1]]) for one, other in zip(slow, fast, strict=True)]
    ratios = [log((one or cap) / max(other or cap, 1)) for one, other in pairs]
    above = any(one is None and other is not None for one, other in pairs)
    below = any(other is None and one is not None for one, other in pairs)
    neither = sum(one is None and other is None for one, other in pairs)
    if neither == len(pairs):
        return "–"
    sign = "? " if neither or (above and below) else "≥ " * above or "≤ " * below
    low, high = interval(ratios)
    return f"{sign}{exp(fmean(ratios)):.2f} [{exp(low):.2f}, {exp(high):.2f}]"


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Student's 95 % interval of the mean; of one value, everything."""
    from scipy.stats import t

    if len(values) < 2:
        return -inf, inf
    reach = float(t.ppf(0.975, len(values) - 1)) * stdev(values) / sqrt(len(values))
    return fmean(values) - reach, fmean(values) + reach


def _middle(calls: Sequence[int | None], cap: int) -> str:
    found = median(inf if one is None else one for one in calls)
    return f"> {cap:,}" if found == inf else f"{found:,.0f}"


def _mixed(found: Sequence[Result], axis: str) -> str:
    """The share of ties between the like, and what it were by chance."""
    ties = [one.mark.mixing[axis] for one in found]
    return f"{fmean(one.found for one in ties):.2f} ({fmean(one.chance for one in ties):.2f})"


if __name__ == "__main__":
    main()
