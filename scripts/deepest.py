"""Prints the greatest depth in a workspace, a seed that is as many hops away from somebody there, and that persona."""

import sys

import personagraph

with personagraph.open_workspace(sys.argv[1]) as workspace:
    last = max(workspace.sample("random", n=1_000_000), key=lambda p: (p.depth or 0, -p.entry))
    near = workspace.neighbours(last.id, hops=last.depth or 1)
    seed = next((n.persona for n in near if n.persona.depth == 0 and n.hops == last.depth), last)
    print(last.depth or 0, seed.id[:12], last.id[:12])
