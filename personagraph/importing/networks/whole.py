"""A network as a snapshot, to be measured without being let into the graph."""

from array import array
from typing import NamedTuple

import numpy as np

from personagraph.graph.snapshot import Categorical, Snapshot
from personagraph.importing.networks.survey import Survey
from personagraph.types import normalise
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.relationships import OWN_WORDS, TYPES, endpoints

ARC = "ARC"


class WholeNetwork(NamedTuple):
    """A network; edges from a node to itself, and those that were there already, are counted, and left out."""

    snapshot: Snapshot
    self_loops: int
    repeated: int


def whole(survey: Survey) -> WholeNetwork:
    """The nodes as seeds, and the edges that can be used as relationships, in the order of the file.

    It is what an import into an empty graph would hold, but that edges which are said to be directed stay so, where
    their type has no direction with us: they are of the type ARC. Edges with a fault, which the survey has counted,
    are left out.
    """
    nodes = list(survey.nodes.values())
    ids = [node.persona for node in nodes]
    found: set[tuple[int, str, int, str]] = set()
    ends, types, via = array("i"), list[str](), list[str]()
    confidences, former = array("f"), array("b")
    loops = repeated = 0
    for tie in survey.ties:
        if tie.fault or tie.source == tie.target:
            loops += not tie.fault
            continue
        one, other = survey.nodes[tie.source].number, survey.nodes[tie.target].number
        type = ARC if tie.directed and TYPES[tie.type].symmetric else tie.type
        if type != ARC and endpoints(ids[one], ids[other], type, forward=tie.forward)[0] != ids[one]:
            one, other = other, one
        key = (one, type, other, normalise(tie.label) if tie.type in OWN_WORDS else "")
        if key in found:
            repeated += 1
            continue
        found.add(key)
        ends.extend((one, other))
        types.append(type)
        via.append(tie.via)
        confidences.append(tie.confidence)
        former.append(tie.former)
    n, pairs = len(nodes), np.array(ends, np.int32).reshape(-1, 2)
    snapshot = Snapshot(
        ids=np.array(ids, "S32"),
        depths=np.zeros(n, np.int32),
        entries=np.arange(n, dtype=np.int64),
        runs=Categorical.of([""] * n),
        simulated=np.array([node.simulated for node in nodes], np.bool_),
        attributes={name: Categorical.of(node.stated[name] for node in nodes) for name in ATTRIBUTES},
        bases=Categorical.of([""] * n),
        sources=pairs[:, 0].copy(),
        targets=pairs[:, 1].copy(),
        types=Categorical.of(types),
        confidences=np.array(confidences, np.float32),
        former=np.array(former, np.bool_),
        steering=np.zeros(len(types), np.int8),
        via=Categorical.of(via),
        agreement=Categorical.all_of("", len(types)),
    )
    return WholeNetwork(snapshot, loops, repeated)
