"""De-duplicates a file of personas without a workspace: any size, stopped and gone on with, with a report."""

from personagraph.dedup.file.outcome import Deduplicated, LikeFile
from personagraph.dedup.file.work import Outputs, deduplicate_file

__all__ = ["Deduplicated", "LikeFile", "Outputs", "deduplicate_file"]
