"""Rows of JSON and of tables, as every command reads them: streamed, each with its line, and what is wrong with it."""

from personagraph.text.rows.lines import LONGEST, Line, lines
from personagraph.text.rows.names import shown
from personagraph.text.rows.objects import Row
from personagraph.text.rows.reading import rows
from personagraph.text.rows.tables import MOST_LINES, TableRow, table_rows

__all__ = ["LONGEST", "MOST_LINES", "Line", "Row", "TableRow", "lines", "rows", "shown", "table_rows"]
