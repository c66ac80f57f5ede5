"""The settings file of a workspace: as a new one has it, and with one setting changed."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from personagraph.errors import ConfigError, UsageError
from personagraph.storage.atomic_files import translated
from personagraph.storage.plain_files import read_plain
from personagraph.storage.toml_lines import with_setting
from personagraph.storage.workspace_files import look, open_plain
from personagraph.text.files import toml_in
from personagraph.workspace.settings.fields import PASSWORD_FILES, SECRETS, Settings
from personagraph.workspace.settings.places import COMMAND, FILE, TABLES, made, placed_in, settings_file

_NEW_FILE = """\
# Settings of this workspace. Options of the command line go before the environment (PERSONAGRAPH_…), that before this
# file. Passwords and keys are read from the environment only: PERSONAGRAPH_STORE_PASSWORD (or the name of a file that
# holds it, PERSONAGRAPH_STORE_PASSWORD_FILE), OPENAI_API_KEY. What this file says of store, base_url, model, prices,
# and of what is asked of a model holds once you have confirmed it with `personagraph trust`.
store = "{store}"
# model = "local"          # or "local:FILE.gguf"; "openai:NAME", with base_url if it is not OpenAI's; or "simulated"
# base_url = ""
# prompts = "small"        # short fields for small models, or "large"; by default what suits the model
# language = "own"         # of each text or persona, or one by its name or tag: "Swahili", "pt-BR"; for large prompts
# dedup = {methods}
# dedup_threshold = 0.9    # the least Jaccard similarity of words, for partition and minhash
# encoder = "static"       # what makes vectors of descriptions; or "sentence-transformers:NAME", or "openai:NAME"
# decider = ""             # says whether what is near means the same: "sentence-transformers:NAME", or nobody does
# target = {targets}
# concurrency = 64         # calls in flight, at most; by default 4 for the local model, and as many as a server bears
# local_context = 8192     # tokens of a call of a model in this process; by default what its prompts need
# local_threads = 8        # processors that it works on; by default all
# requests_per_minute = 500
# tokens_per_minute = 200000
# ask_above_calls = 100    # a run that may take more calls of a paid model, or more USD, is asked about first
# ask_above_usd = 1.0
# patience = 900           # seconds for which a server that answers nobody is tried again
# store_patience = 300     # seconds for which a run waits for a Neo4j server that went away
# max_tokens = 10000       # the longest reply, thoughts included; by default what the prompts ask for, and 8000 more
#                          # for models that are known to think
# reasoning_effort = "low"
# request = {{ top_k = 20 }} # other parameters of every request
# [models."NAME"]          # these three for one model
# [prices."NAME"]          # USD for a million tokens, for --max-cost
# input = 0.15
# output = 0.60
# batch = 0.5              # the part of it that --batch costs
"""


def write_settings(folder: Path, *, store: str) -> None:
    """Make the settings file of a new workspace; one that is there stays. Raises ConfigError, also for a link."""
    from personagraph.dedup.rules import METHODS
    from personagraph.steering.targets import TARGETS

    file = folder / FILE
    if not look(file):
        text = _NEW_FILE.format(store=store, methods=_choice(METHODS), targets=_choice(TARGETS))
        with translated(file), os.fdopen(open_plain(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as new:
            new.write(text.encode())


def _choice(names: Iterable[str]) -> str:
    """What may stand behind the name of a setting: the first, and the others as a comment."""
    first, *others = (f'"{name}"' for name in names)
    return f"{first:<16} # or {' or '.join(others)}"


def changed_settings(folder: Path, name: str, text: str) -> tuple[Any, bytes]:
    """The value of a setting that the user wrote so, and the settings file of a folder with it.

    Raises UsageError for what is no setting, a secret, or not what the setting may be; ConfigError for a file that
    cannot be changed.
    """
    refused = (*SECRETS, *PASSWORD_FILES)
    if name in refused:
        raise UsageError(f"{name} is not kept in a workspace, which others may read; set it in the environment")
    if name not in Settings.model_fields:
        known = ", ".join(field for field in Settings.model_fields if field not in refused)
        raise UsageError(f"there is no setting {name!r}; there are {known}")
    file, said = folder / FILE, settings_file(folder)
    if name in ("request", *TABLES):
        raise UsageError(f"{name} is a table; edit it in {file}")
    value = getattr(made({COMMAND: placed_in({name: text}, Path())}), name)
    value = text if value is None else value
    made({str(file): {**said, name: value}})
    held = read_plain(file, linked=False).decode("utf-8") if look(file) else ""
    try:
        return value, with_setting(held, name, value, toml_in).encode()
    except ValueError as error:
        raise ConfigError(f"{file} cannot be changed by a command ({error}); edit it") from error
