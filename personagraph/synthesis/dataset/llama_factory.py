"""Says to LLaMA-Factory what is in the files of a dataset: its dataset_info.json."""

import json
import re
from collections.abc import Iterable
from typing import Any

from personagraph.synthesis.formats.sample_format import SampleFormat

FILE = "dataset_info.json"


def dataset_info(kind: SampleFormat, name: str, files: Iterable[tuple[str, str]]) -> str:
    """An entry for each (side, file): the dataset's name for train, NAME-validation and NAME-test for the others.

    Only for a format that has `trainer`. What would end a name in LLaMA-Factory's lists is replaced.
    """
    plain = re.sub(r"[^\w.-]+", "-", name)
    entries: dict[str, Any] = {}
    for side, file in files:
        entries[plain if side == "train" else f"{plain}-{side}"] = {"file_name": file, **(kind.trainer or {})}
    return json.dumps(entries, ensure_ascii=False, indent=2) + "\n"
