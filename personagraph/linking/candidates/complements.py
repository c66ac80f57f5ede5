"""Whose activities go together: how often people of two are tied, by type, as a graph tells by and by."""

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.snapshot import Snapshot
from personagraph.linking.people.crowd import UNSAID, number_of
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.relationships import TYPES

_PRIOR: dict[tuple[str, str], dict[str, float]] = {
    ("professionals", "TEACHES"): {"student": 4, "child": 3},
    ("professionals", "TREATS"): {"retired": 2, "carer": 1, "elementary": 1, "operators": 1},
    ("professionals", "SERVES"): {"managers": 2, "unemployed": 1, "agriculture": 1, "service": 1},
    ("professionals", "MENTORS"): {"student": 2, "technicians": 1},
    ("technicians", "WORKS_WITH"): {"professionals": 3, "craft": 1, "operators": 1},
    ("technicians", "TREATS"): {"retired": 2, "child": 1},
    ("managers", "MANAGES"): {
        **{"professionals": 2, "technicians": 2, "clerks": 3, "service": 2, "craft": 1, "operators": 1},
        **{"elementary": 2, "agriculture": 1},
    },
    ("clerks", "WORKS_WITH"): {"managers": 1, "professionals": 2},
    ("service", "SERVES"): {"professionals": 1, "managers": 1, "retired": 2, "student": 1, "carer": 1},
    ("service", "CARES_FOR"): {"child": 2, "retired": 3},
    ("agriculture", "SELLS_TO"): {"service": 3, "managers": 1, "carer": 1, "elementary": 1},
    ("agriculture", "MANAGES"): {"elementary": 2},
    ("craft", "SERVES"): {"managers": 1, "agriculture": 1, "retired": 1, "carer": 1},
    ("craft", "TEACHES"): {"student": 1},
    ("craft", "WORKS_WITH"): {"operators": 2, "elementary": 2, "technicians": 1},
    ("operators", "SERVES"): {"agriculture": 1, "service": 1, "elementary": 1},
    ("armed_forces", "WORKS_WITH"): {"professionals": 1, "technicians": 1},
    ("armed_forces", "FRIEND_OF"): {"unemployed": 1, "student": 1},
    ("carer", "PARENT_OF"): {"child": 3, "student": 1},
    ("carer", "CARES_FOR"): {"child": 3, "retired": 3},
    ("carer", "PARTNER_OF"): {"craft": 1, "operators": 1, "agriculture": 1},
    ("retired", "MENTORS"): {"student": 1, "craft": 1, "professionals": 1},
    ("retired", "KIN_OF"): {"child": 3, "student": 1},
    ("student", "FRIEND_OF"): {"service": 1, "unemployed": 1},
    ("unemployed", "PARTNER_OF"): {"service": 1, "elementary": 1, "clerks": 1},
}
ACTIVITY = "activity"


class Complements:
    """How often people of one activity are tied to people of another (activities × types × activities).

    It begins with a few ties that nobody counted: what the groups of ISCO-08 say of whom their people teach, treat,
    serve, supply and lead (ILO 2012, the definitions of the major groups), in weights from 1 to 4 that were set by
    hand; a few hundred real relationships outweigh them. To these come those of the snapshot, and what is learned.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        values, self._types = ATTRIBUTES[ACTIVITY].values, tuple(TYPES)
        self.counts: NDArray[np.float64] = np.zeros((len(values), len(self._types), len(values)))
        for (source, type), targets in _PRIOR.items():
            for target, weight in targets.items():
                at = number_of(ACTIVITY, source), self._types.index(type), number_of(ACTIVITY, target)
                self.counts[at] += weight
        told = snapshot.attributes[ACTIVITY]
        number = np.array([number_of(ACTIVITY, name) for name in told.names] or [UNSAID], np.int64)[told.codes]
        type_of = np.array([self._number(name) for name in snapshot.types.names] or [UNSAID], np.int64)
        ends, types = (number[snapshot.sources], number[snapshot.targets]), type_of[snapshot.types.codes]
        whole = (ends[0] != UNSAID) & (ends[1] != UNSAID) & (types != UNSAID)
        np.add.at(self.counts, (ends[0][whole], types[whole], ends[1][whole]), 1.0)

    def learn(self, source: int, type: str, target: int) -> None:
        """Somebody of one activity (a place in the table) is tied so to somebody of another; UNSAID teaches nothing."""
        if UNSAID not in (source, target, number := self._number(type)):
            self.counts[source, number, target] += 1

    def partners(self, activity: int) -> NDArray[np.float64]:
        """How often each other activity is at the other end (activities,), whatever the type and the direction."""
        if activity == UNSAID:
            return np.zeros(len(self.counts))
        found = self.counts[activity].sum(axis=0) + self.counts[:, :, activity].sum(axis=1)
        found[activity] = 0.0
        return np.asarray(found)

    def _number(self, type: str) -> int:
        return self._types.index(type) if type in self._types else UNSAID
