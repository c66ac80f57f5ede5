"""The verbs that take something out of the graph: samples of personas, exports."""

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from personagraph.errors import ConfigError
from personagraph.types import Persona
from personagraph.workspace.browsing import check_types
from personagraph.workspace.opened import Opened, check_positive

if TYPE_CHECKING:
    import networkx as nx

    from personagraph.exporting import Export, Owner, Selection


class Drawing(Opened):
    """The drawing verbs of a workspace."""

    def sample(
        self, sampler: str = "random", *, n: int, around: str | None = None, hops: int | None = None, seed: int = 0
    ) -> list[Persona]:
        """`n` personas that a sampler draws, in its order; fewer when there are no more.

        `ego` draws those nearest to a persona (`around`, or a drawn one) within `hops`; `random` draws uniformly.
        """
        from personagraph.graph.sampling import sample

        centre = self.resolve(around).id if around else None
        ids = sample(self.store.snapshot(), n, sampler, rng=Random(seed), around=centre, hops=hops)
        return self.store.personas(ids)

    def export(
        self,
        output: str | Path,
        *,
        format: str,
        around: str | None = None,
        hops: int | None = None,
        types: Sequence[str] = (),
        ids: Sequence[str] | None = None,
    ) -> "Export":
        """Write the graph, or a part of it, for another tool, with a manifest beside it.

        `format` is graphml, json, cypher, or one that makes a folder: csv, parquet or neo4j-admin.

        A part is what lies within `hops` (1) of a persona (`around`), relationships of some types with their ends, or
        some personas by their ids, with every relationship between them.
        """
        from personagraph.exporting import export

        return export(self.store, Path(output), format, self._selection(around, hops, types, ids), owner=self._owner())

    def to_networkx(
        self,
        *,
        around: str | None = None,
        hops: int | None = None,
        types: Sequence[str] = (),
        ids: Sequence[str] | None = None,
    ) -> "nx.MultiDiGraph[str]":
        """The graph, or a part of it as in `export`, for networkx: nodes by id, edges by key, with all attributes."""
        from personagraph.exporting import to_networkx

        return to_networkx(self.store, self._selection(around, hops, types, ids))

    def _owner(self) -> "Owner":
        from personagraph.exporting import Owner
        from personagraph.text.search import indexed_words

        applied = {run.id: n for run in self.ledger.runs.all() if (n := self.store.applied(run.id))}
        return Owner(self.ledger.workspace, applied, indexed_words)

    def _selection(
        self, around: str | None, hops: int | None, types: Sequence[str], ids: Sequence[str] | None
    ) -> "Selection":
        from personagraph.exporting import Selection

        check_positive(hops=hops)
        check_types(types)
        if hops is not None and not around:
            raise ConfigError("--hops counts from a persona; name one with --around")
        centre = self.resolve(around).id if around else None
        return Selection(centre, hops or 1, tuple(types), None if ids is None else tuple(ids))
