"""Policies: which persona to ask next, and what for. Each is folded from what enters the graph; none does I/O."""

from personagraph.steering.policies import bandit, bfs, direct, hint, structure, types
from personagraph.steering.policies.policy import PolicyKind

POLICIES: dict[str, PolicyKind] = {
    "bfs": bfs.KIND,
    "types": types.KIND,
    "hint": hint.KIND,
    "bandit": bandit.KIND,
    "structure": structure.KIND,
    "direct": direct.KIND,
}
"""By the name that `--policy` takes; the first is the default."""
