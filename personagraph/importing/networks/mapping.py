"""The mapping file: which columns of a network are what, and how its values become those of our vocabularies."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from personagraph.errors import InputError, UsageError
from personagraph.text.files import toml_of
from personagraph.vocabulary.attributes import ATTRIBUTES

Cells = Mapping[str | int, str]
"""One row: its cells by the names of their columns; by number where the mapping gives numbers."""
ENDS = (("source", "target"), ("from", "to"), ("src", "dst"))
"""What the ends of edges are called, in files whose names nobody mapped."""
CALLED = ("name", "label", "title")
"""Columns that describe a node when nothing better does."""
_HOLE = re.compile(r"\{([^{}]+)\}")
_STRICT = ConfigDict(extra="forbid", frozen=True)


class Column(BaseModel):
    """Where a value comes from: a column by name or number (from 1), or a text with {column} in it.

    `values` says what each value stands for; `split` takes the part before this sign; `value` is what an empty cell
    stands for, or every row when there is no column.
    """

    model_config = _STRICT

    column: str | int | None = None
    template: str | None = None
    value: str = ""
    values: dict[str, str] = Field(default_factory=dict)
    split: str = ""

    @model_validator(mode="before")
    @classmethod
    def _named(cls, given: Any) -> Any:
        return {"column": given} if isinstance(given, str | int) else given

    def read(self, cells: Cells) -> str:
        """The value for a row; "" when it has none."""
        if self.template is not None:
            return _HOLE.sub(lambda hole: cells.get(hole[1], ""), self.template)
        found = cells.get(self.column, "").strip() if self.column is not None else ""
        if self.split:
            found = found.partition(self.split)[0].strip()
        return self.values.get(found, found) or self.value

    @property
    def columns(self) -> set[str | int]:
        """The columns that it reads."""
        if self.template is not None:
            return set(_HOLE.findall(self.template))
        return set() if self.column is None else {self.column}


class Table(BaseModel):
    """How a file of rows is laid out; None for a separator is found out from its first line, a header by its name."""

    model_config = _STRICT

    separator: str | None = Field(default=None, min_length=1, max_length=1)
    header: bool | None = None
    columns: tuple[str, ...] = ()
    """The names of the columns of a file without a header."""

    needed: ClassVar[tuple[str, ...]] = ()
    """What the first columns are called in a file that gives no names."""

    @property
    def asked(self) -> frozenset[str | int]:
        """The columns that are read where a file has them."""
        return self._columns(type(self).model_fields)

    @property
    def spare(self) -> frozenset[str | int]:
        """Those of them that stand in for others, of which there may be several of one name."""
        return frozenset()

    @property
    def mapped(self) -> frozenset[str | int]:
        """The columns that the mapping file names, which a file must have."""
        return self._columns(self.model_fields_set)

    @property
    def text(self) -> str | int | None:
        """The column that holds a text, if one does."""
        return None

    @property
    def ends(self) -> frozenset[str | int]:
        """The columns without which a row is nothing."""
        return self._columns(self.needed)

    def _columns(self, fields: Iterable[str]) -> frozenset[str | int]:
        values = (getattr(self, name) for name in fields)
        return frozenset(name for value in values if isinstance(value, Column) for name in value.columns)


def _attribute(name: str) -> str:
    if name not in ATTRIBUTES:
        *names, last = map(repr, ATTRIBUTES)
        raise PydanticCustomError("attribute", f"Input should be {', '.join(names)} or {last}")
    return name


class Nodes(Table):
    """How a row of a node table becomes a persona."""

    needed = ("id",)

    id: Column = Column(column="id")
    description: Column = Column(column="description")
    nature: Column = Column(column="nature")
    attributes: Mapping[Annotated[str, AfterValidator(_attribute)], Column] = Field(default_factory=dict)

    @property
    def asked(self) -> frozenset[str | int]:
        """As for any table, and the attributes, by their own names where the mapping is silent, and what is spare."""
        named = frozenset(column for name, kind in ATTRIBUTES.items() for column in (name, *kind.columns))
        return super().asked | self.mapped | named | self.spare

    @property
    def text(self) -> str | int | None:
        """The column of descriptions."""
        return self.description.column

    @property
    def spare(self) -> frozenset[str | int]:
        """What describes a node that has no description, unless the mapping says how it is described."""
        return frozenset() if "description" in self.model_fields_set else frozenset(CALLED) - self.mapped

    @property
    def mapped(self) -> frozenset[str | int]:
        """As for any table; every node has an {id} and a {network} for templates."""
        attributes = frozenset(name for column in self.attributes.values() for name in column.columns)
        return (super().mapped - {"id", "network"}) | attributes


class Edges(Table):
    """How a row of an edge list becomes a relationship."""

    needed = ("source", "target")

    source: Column = Column(column="source")
    target: Column = Column(column="target")
    type: Column = Column(column="type")
    label: Column = Column(column="label")
    confidence: Column = Column(column="confidence")
    former: Column = Column(column="former")
    via: Column = Column(column="via")
    key: Column = Column(column="key")


class NetworkMapping(BaseModel):
    """A mapping file. `name` is {network} in templates; `directed` is what the edges are, None as their file says."""

    model_config = _STRICT

    name: str | None = None
    directed: bool | None = None
    nodes: Nodes = Nodes()
    edges: Edges = Edges()

    def separated(self, by: str | None) -> "NetworkMapping":
        """The same with this separator in all tables. Raises UsageError where the mapping names another one."""
        if by is None:
            return self
        for table in (self.nodes, self.edges):
            if table.separator not in (None, by):
                raise UsageError(f"--separator says {by!r}, and the mapping {table.separator!r}; take out one of them")
        nodes, edges = (table.model_copy(update={"separator": by}) for table in (self.nodes, self.edges))
        return self.model_copy(update={"nodes": nodes, "edges": edges})


def read_mapping(path: Path) -> NetworkMapping:
    """The mapping in a TOML file. Raises InputError naming the entry that is wrong, and what it may be."""
    try:
        return NetworkMapping.model_validate(toml_of(path))
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(f"{'.'.join(map(str, first['loc']))}: {first['msg'].lower()}", path) from error
