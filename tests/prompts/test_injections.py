"""Text from outside stays text: in prompts and replies, in the graph, on the terminal, in files; see injections.py."""

import csv
import json
import os
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import networkx
import pytest
from jsonschema_rs import Draft202012Validator

from personagraph.dedup.veto.veto import differs
from personagraph.errors import ReplyFormatError
from personagraph.expansion import dialogues as alters
from personagraph.expansion.guards import GUARDS, Alter
from personagraph.expansion.readings import read_written
from personagraph.exporting import FORMATS
from personagraph.extraction import dialogues as audience
from personagraph.extraction.readings import read_portrait
from personagraph.importing.fields import LONGEST_FIELDS
from personagraph.ledger import Ledger
from personagraph.llm.client.client import ChatClient
from personagraph.llm.scripted import ScriptedBackend
from personagraph.prompts import clean, load
from personagraph.prompts.dialogue import PromptDialogue
from personagraph.stores.graph_store import GraphStore
from personagraph.synthesis.dialogues import Conversing, Criticising, Solving
from personagraph.synthesis.guards import fault
from personagraph.synthesis.names import person
from personagraph.synthesis.tasks import TASKS
from personagraph.synthesis.tasks.task import Task
from personagraph.text.documents import Document, read
from personagraph.text.markdown import prose
from personagraph.text.passages import excerpt, passages
from personagraph.text.plain import visible
from personagraph.text.search import search_words
from personagraph.text.thoughts import answer_of
from personagraph.text.words import word_set
from personagraph.types import ChatReply, ChatRequest, Persona, Step
from personagraph.vocabulary.ages import read_age
from personagraph.vocabulary.faults.people import is_occupation
from personagraph.vocabulary.occupations import read_activity
from personagraph.vocabulary.places import read_region
from personagraph.vocabulary.reading.descriptions import read_description
from personagraph.vocabulary.relationships import OWN_WORDS
from personagraph.vocabulary.work_names import names_of_work
from personagraph.workspace import Workspace, init_workspace, open_workspace
from tests.injected import (
    ALTER,
    Said,
    command,
    expand,
    extract_sources,
    file_name,
    fits,
    import_rows,
    synthesise,
    write_raw,
)
from tests.injections import ATTEMPTS, PLACES, TOKENS_OF_TEMPLATES, around, of, tag, tagged
from tests.stored import empty, fill, open_graph

KEY = "0123456789abcdef" * 2
SECRET = b"a secret of the workspace"
RAW = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\ue000-\uf8ff\ud800-\udfff"
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
"""What must reach no terminal and no model: controls, breaks, marks that turn text, and what nobody sees."""
FLOOD = re.compile("[\u0300-\u036f\u0489\u20d0-\u20f0]{9}|[\u200c\u200d]{2}")
TOKENS = TOKENS_OF_TEMPLATES.split()
LONG = 1_500
"""Characters from which a text may be cut."""
csv.field_size_limit(1_000_000)
SECONDS = 5.0
"""Far more than anything that grows in step with its input takes, and far less than what does not."""
ANSWERS: Mapping[str, Mapping[str, str]] = {
    "math-large": {"problem": "How many pots?", "working": "Count them.", "answer": "9"},
    "instruction-large": {"request": "How do I glaze a pot?", "answer": "Dip it, and let it dry for a day."},
}
"""Honest replies to the prompts that show no example."""


def at(place: str) -> Any:
    """Parametrises a test with the attempts that come in there."""
    return pytest.mark.parametrize("attempt", [pytest.param(a, id=a.name) for a in of(place)])


def is_plain(text: str) -> bool:
    return not RAW.search(text) and not FLOOD.search(text)


def test_the_corpus_has_its_size_and_every_place_and_no_name_twice():
    assert len(ATTEMPTS) >= 60
    assert max(Counter(a.name for a in ATTEMPTS).values()) == 1
    assert {place for a in ATTEMPTS for place in a.comes_in} == set(PLACES)
    assert all(a.tries and a.comes_in for a in ATTEMPTS)


# ------------------------------------------------------------------------------------------------------ prompts

MAKERS = [made for size in ("small", "large") for made in (alters.DIALOGUES[size], audience.DIALOGUES[size])]
MAKERS += [kind.dialogues[size] for kind in TASKS.values() for size in ("small", "large")]
MAKERS += [partial(kind, name) for kind, name in ((Solving, "solve"), (Criticising, "criticise"))]
MAKERS += [partial(Conversing, "converse")]


def fields(dialogue: PromptDialogue, text: str, label: str) -> dict[str, Any]:
    """The fields of a step about this text, cut as they are on the way in."""
    if isinstance(dialogue, Solving):
        return {"problem": text}
    if isinstance(dialogue, Criticising):
        return {"problem": "How many bowls are there?", "solution": text}
    if isinstance(dialogue, Task | Conversing):
        tie = {"phrase": f"is connected to ({label[:80]})", "type": "RELATED_TO", "persona": text[:2_000]}
        vary = dialogue.vary if isinstance(dialogue, Task) else {}
        return {"persona": text[:2_000], "ties": [tie], **{name: values[0] for name, values in vary.items()}}
    if hasattr(dialogue, "longest"):
        return {"passage": passages(text, longest=dialogue.longest)[0], "verb": "dislike", "grain": "fine"}
    return {"ego": text[:2_000], "type": None, "hint": None}


def asked(dialogue: PromptDialogue, text: str, label: str = "x") -> tuple[Mapping[str, str], ...]:
    return dialogue.request(fields(dialogue, text, label), KEY).messages


@at("source")
def test_a_text_stays_between_its_delimiters_in_every_prompt(attempt):
    for make in MAKERS:
        dialogue = make("m", SECRET)
        calm = asked(dialogue, "A calm potter who fires bowls")
        mark = re.search(r"<(\w{6})>", calm[-1]["content"])[1]
        nested = f"{mark[:3]}{mark}{mark[3:]}"
        text, label = (
            t.replace("MARK", mark).replace("NESTED", nested) for t in (around("source", attempt), attempt.text)
        )
        turns = asked(dialogue, text, label)
        inside, _, after = turns[-1]["content"].partition(f"\n</{mark}>")
        before, _, inside = inside.partition(f"<{mark}>\n")
        assert [t["role"] for t in turns] == ["system", *["user", "assistant"] * (len(turns) // 2 - 1), "user"]
        assert (turns[0], after) == (calm[0], calm[-1]["content"].partition(f"\n</{mark}>")[2])
        assert before.strip() == ""
        assert turns[-1]["content"].lower().count(mark) == 2
        assert not [t for t in turns[:-1] if tag("source", attempt) in t["content"]]
        assert is_plain(inside)
        assert not [token for token in TOKENS if token in inside]
        assert len(inside) < 6_200
        assert tag("source", attempt) in inside
        assert len(attempt.text) > LONG or dialogue.prompt == "extract-small@1" or "honey on Sundays" in inside
        json.dumps(turns, ensure_ascii=False).encode()


def test_the_delimiter_is_another_one_in_every_request_and_nobody_without_the_secret_can_tell_it():
    def marks(secret: bytes) -> set[str]:
        dialogue = alters.ShortFields("m", secret)
        requests = (dialogue.request(fields(dialogue, "A potter", ""), f"{n:032x}") for n in range(50))
        return {re.search(r"<(\w+)>", r.messages[-1]["content"])[1] for r in requests}

    assert len(marks(SECRET)) == 50
    assert not marks(SECRET) & marks(b"another secret")
    assert marks(SECRET) == marks(SECRET), "a replay is exact"


# ------------------------------------------------------------------------------------------------------ replies

PROMPTS = ("expand-small", "expand-large", "math-small", "math-large", "instruction-small", "instruction-large")
"""Those that are parsed by their own schema; extract-large is as expand-large."""


@pytest.mark.parametrize("name", PROMPTS)
@at("reply")
def test_a_reply_is_taken_whole_as_its_schema_has_it_or_not_at_all(attempt, name):
    prompt = load(name)
    honest = ANSWERS.get(name) or prompt.examples[0][1]
    dialogue, began = PromptDialogue(name, "m", SECRET), time.process_time()
    data = honest
    with suppress(ReplyFormatError):
        data = dialogue.parse({}, ChatReply(attempt.text.replace("@@", json.dumps(honest))))
        Draft202012Validator(prompt.schema).validate(data)
    assert data == honest
    assert time.process_time() - began < SECONDS


@at("sample")
def test_what_a_model_writes_is_plain_once_it_is_read(attempt):
    text = {"request": around("sample", attempt)[:150_000], "answer": f"Honest words, {attempt.text[:1000]} and more."}
    dialogue = PromptDialogue("instruction-large", "m", SECRET)
    data = dialogue.parse({}, ChatReply(json.dumps(text)))
    assert is_plain(data["request"] + data["answer"])
    assert data["answer"].startswith("Honest words, ")
    assert data["answer"].endswith(" and more.")


@pytest.fixture(scope="module")
def second_questions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Mapping[str, str], ...]]:
    """What is sent by the name of the attempt after a first reply that holds it and cannot be used."""
    attempts = {f"{n:032x}": attempt for n, attempt in enumerate(of("large"))}
    asked: dict[str, list[ChatRequest]] = defaultdict(list)

    def answer(request: ChatRequest) -> ChatReply:
        attempt = attempts.get(request.key) or tagged(request.fields["ego"])
        asked[attempt.name].append(request)
        return ChatReply(f"I will not. {attempt.text} So be it.")

    dialogue, ledger = alters.WholeSentences("m", SECRET), Ledger(tmp_path_factory.mktemp("asked") / "ledger.sqlite3")
    client, run = ChatClient(ScriptedBackend(answer), ledger), ledger.runs.start("expand", {}, {}).id
    egos = {key: fields(dialogue, f"A {tag('key', attempt)} potter", "") for key, attempt in attempts.items()}
    steps = [(Step(n, "x", dialogue.prompt, ego), key) for n, (key, ego) in enumerate(egos.items())]
    try:
        for future in client.submit(run, steps, dialogue):
            future.result()
    finally:
        client.close()
        ledger.close()
    return {name: requests[1].messages for name, requests in asked.items()}


@at("large")
def test_a_reply_that_is_quoted_in_the_second_question_forges_no_turn_there(second_questions, attempt):
    *before, quoted, again = second_questions[attempt.name]
    assert [turn["role"] for turn in before][-1] == "user"
    assert (quoted["role"], again["role"]) == ("assistant", "user")
    # What stands before the end of a thought is one: its beginning may have stood in the template.
    begins = "" if answer_of(attempt.text) != attempt.text else "I will not. "
    assert quoted["content"].startswith(begins)
    assert is_plain(quoted["content"])
    assert len(quoted["content"]) < 2_200
    assert not [token for token in TOKENS if token in quoted["content"]]
    assert attempt.text[:5] not in again["content"]


def test_a_whole_number_is_one_however_it_is_written():
    dialogue = alters.ShortFields("m", SECRET)
    answer = {**load("expand-small").examples[0][1], "detail": "sells old lamps to people who read at night"}
    text = json.dumps(answer).replace('"age": 51', '"age": 5.1e1')
    data = dialogue.parse(fields(dialogue, "A potter", ""), ChatReply(text))
    assert repr(data["age"]) == "51"


# ------------------------------------------------------------------------------------------------ the whole way in


class World(NamedTuple):
    """A workspace that the whole corpus got into, and where its files lie."""

    workspace: Workspace
    folder: Path

    def command(self, *words: str) -> Said:
        return command(self.workspace.folder, *words)

    def found(self, word: str) -> list[Persona]:
        return self.workspace.search(word, limit=9)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    (folder / "texts").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("PERSONAGRAPH_STORE", "OPENAI_"))]:
            patch.delenv(name)
        patch.chdir(folder)
        with init_workspace(folder / "w") as workspace:
            import_rows(workspace, folder)
            extract_sources(workspace, folder / "texts")
            expand(workspace)
            synthesise(workspace)
            write_raw(workspace)
        # Opened anew, since every command reads the whole log of what was written and is still open.
        with open_workspace(folder / "w") as workspace:
            yield World(workspace, folder)


@pytest.fixture(scope="module")
def turned_down(world: World) -> str:
    """All that guards turned down, and all replies that could not be used."""
    runs = world.workspace.runs()
    rejected = [item for run in runs for item in world.workspace.rejected(run.run, limit=10_000)]
    letters = world.workspace.dead_letters(limit=10_000)
    return "\n".join([*(f"{r.text} {r.detail}" for r in rejected), *(f"{d.error} {d.reply}" for d in letters)])


@at("row")
def test_a_row_comes_in_as_plain_text_or_is_listed_as_not_usable(world, attempt):
    found = world.found(tag("row", attempt))
    if not fits(attempt):
        assert found == []
        return
    [row] = found
    assert is_plain(row.description)
    assert row.description.endswith("who sells honey on Sundays")
    merges = world.workspace.merges(row.id)
    assert merges
    assert all(is_plain(merge.description) for merge in merges)


@pytest.mark.parametrize("place", ["source", "large", "small", "label", "sample", "name"])
def test_whatever_a_model_said_is_in_the_graph_or_turned_down_and_nothing_is_lost(world, turned_down, place):
    written = "".join(file.read_text() for file in (world.workspace.folder / "samples").iterdir())
    for attempt in of(place):
        word = tag(place, attempt)
        assert word in written or word in turned_down or world.found(word), attempt.name


@at("label")
def test_words_for_a_tie_are_plain_and_short_and_the_honest_alter_is_there(world, turned_down, attempt):
    honest = world.found(tag("label", attempt))
    ties = [tie for p in honest for tie in world.workspace.store.relationships_at([p.id])]
    labels = {tie.label for tie in ties if tie.type in OWN_WORDS}
    assert all(is_plain(label) and len(label) <= 80 for label in labels)
    assert labels or tag("label", attempt) in turned_down


def test_runs_end_and_bad_replies_are_dead_letters(world):
    assert {run.status for run in world.workspace.runs()} == {"done"}
    dead = {tagged(letter.reply or "").name for letter in world.workspace.dead_letters(run="r5", limit=1_000)}
    assert {"ansi-colour", "script", "sql-drop", "cypher-string", "chatml", "half-characters"} <= dead
    assert world.workspace.run_report("r3").outcomes["dead"]


def test_all_that_came_in_by_a_run_is_plain(world):
    for p in world.workspace.store.scan_personas():
        assert p.run == "older" or (is_plain(p.description) and len(p.description) <= 2_000)
    for file in (world.workspace.folder / "samples").glob("*.jsonl"):
        samples = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        assert len(samples) > 200
        for sample in samples:
            assert [m["role"] for m in sample["messages"]] == ["user", "assistant"]
            assert all(is_plain(m["content"]) for m in sample["messages"])


# ------------------------------------------------------------------------------------------------- the terminal

FORGED = re.compile(r"^(?:personagraph: (?:r9|done)|r9 done|12:00 ERROR|nobody found {9}|all is well)", re.MULTILINE)


def checked(said: Said, *codes: int) -> Said:
    """What was said, once it is known to paint, move, hide and forge nothing."""
    assert said.code in (codes or (0,)), said.err
    for text in (said.out, said.err):
        assert not RAW.search(text)
        assert not FORGED.search(text)
    return said


@at("row")
def test_commands_show_a_persona_and_its_ties_and_obey_neither(world, attempt):
    if attempt.name == "half-characters":
        return
    word = tag("raw", attempt)
    [stored] = world.found(word)
    for words in (["search", word], ["show", word], ["path", word, "rawzz"]):
        plain = checked(world.command(*words)).out
        assert not FLOOD.search(plain)
        assert word in plain
        assert len(plain.splitlines()) <= 3
        data = json.loads(checked(world.command(*words, "--json")).out)
        shown = data["personas"][0]["description"] if "personas" in data else data["description"]
        assert shown == stored.description, "JSON keeps the text as it is"


@pytest.mark.parametrize(
    "words",
    [
        *(["runs", "show", f"r{n}", "--rejected", "999"] for n in range(1, 7)),
        *(["runs list", "stats", "coverage", "doctor", "config show", "merges list", "calls --limit 999"]),
        *(["dead-letters list --limit 999", "sample -n 999", "neighbours rawzz"]),
    ],
    ids=lambda words: words if isinstance(words, str) else "-".join(words[:3]),
)
def test_lists_obey_nothing_in_what_they_list(world, words):
    words = words.split() if isinstance(words, str) else words
    checked(world.command(*words), 0, 1)
    json.loads(checked(world.command(*words, "--json"), 0, 1).out)


@pytest.mark.slow
def test_a_dead_letter_is_shown_with_its_replies_set_in_and_not_obeyed(world):
    for letter in world.workspace.dead_letters(run="r5", limit=200):
        plain = checked(world.command("dead-letters", "show", letter.key)).out
        assert not [line for line in plain.splitlines() if line.startswith(("[INST", "[gMASK", "personagraph:"))]
        shown = json.loads(checked(world.command("dead-letters", "show", letter.key, "--json")).out)
        assert letter.reply == shown["replies"][-1]["text"]


@at("word")
def test_what_is_typed_is_looked_for_and_not_obeyed(world, attempt):
    before = world.workspace.stats()
    for words in (["search"], ["path", "rawzz"], ["runs", "show"]):
        checked(world.command(*words, "--", attempt.text), 0, 1, 2)
    for words in (["search", attempt.text], ["export", "--output", "x", "--format", attempt.text]):
        checked(world.command(*words), 0, 1, 2)
    said = checked(world.command("import", "--field", attempt.text, str(world.folder / "rows0.jsonl")), 1)
    assert said.err.startswith("personagraph: ")
    assert said.err.count("\n") == 1
    assert world.workspace.stats() == before


@at("name")
def test_the_name_of_a_file_is_shown_and_not_obeyed(world, attempt):
    word = tag("name", attempt)
    [honest, *_] = world.found(word)
    data = json.loads(checked(world.command("show", honest.id, "--json")).out)
    uris = {source["uri"] for source in data["sources"]}
    assert any(uri.endswith(file_name(attempt)) for uri in uris)
    shown = checked(world.command("show", honest.id)).out
    assert len(shown.splitlines()) == 1 + len(data["attributes"]) + len(data["relationships"]) + len(data["sources"])
    missing = checked(world.command("extract", "--", f"{world.folder}/none/{attempt.text}"), 1)
    assert missing.err.count("\n") == 1
    assert "cannot be read" in missing.err


def test_a_link_out_of_a_folder_is_not_followed_and_one_within_it_is(tmp_path):
    (tmp_path / "secret.txt").write_text("A private letter.")
    folder = tmp_path / "texts"
    (folder / "below").mkdir(parents=True)
    (folder / "honest.txt").write_text("A letter about goats.")
    (folder / "below" / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "below" / "within.md").symlink_to(folder / "more.md")
    (folder / "more.md").write_text("A letter about bees.")
    found = list(read([str(folder)]))
    texts = {item.text for item in found if isinstance(item, Document)}
    assert texts == {"A letter about goats.", "A letter about bees."}
    assert [f.what for f in found if not isinstance(f, Document) and f.path.endswith("out.txt")] == [
        "skipped, since it is a link out of the folder; name it to have it read"
    ]
    assert [item.text for item in read([str(folder / "below" / "out.txt")])] == ["A private letter."]


def test_a_number_that_no_database_holds_is_an_error_in_one_line(world):
    said = checked(world.command("search", "weaver", "--limit", "9" * 30), 1)
    assert "a number is too large" in said.err
    assert said.err.count("\n") == 1


@at("key")
def test_the_name_of_a_field_is_told_shortly_and_reaches_nothing(tmp_path, attempt):
    with init_workspace(tmp_path / "w") as workspace:
        file = tmp_path / "rows.jsonl"
        file.write_text(json.dumps({attempt.text: "A potter of bowls"}))
        said = checked(command(workspace.folder, "import", str(file)), 1)
        assert said.err.count("\n") == 1
        assert len(said.err) < 3_000
        file.write_text(json.dumps({attempt.text: {"persona": "An evil potter"}, "persona": "A potter of bowls"}))
        # A row whose other fields are too long to be kept is refused as a whole.
        taken = len(attempt.text) < LONGEST_FIELDS
        checked(command(workspace.folder, "import", str(file)), 0 if taken else 1)
        assert [p.description for p in workspace.store.scan_personas()] == ["A potter of bowls"] * taken


def test_nothing_was_made_or_run_by_a_text(world):
    assert not [file for file in world.folder.parent.rglob("*OWNED*") if "txt" not in file.suffix]
    assert not (world.folder / "x").exists()
    assert {file.name for file in world.workspace.folder.iterdir()} >= {"ledger.sqlite3", "graph.sqlite3", "samples"}


# ---------------------------------------------------------------------------------------------- stores and files


@pytest.fixture(scope="module", params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def copied(
    request: pytest.FixtureRequest, world: World, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[GraphStore]:
    """The whole graph of the workspace in each of the stores."""
    url = None if request.param == "sqlite" else request.getfixturevalue("neo4j_url")
    empty(url)
    store, original = open_graph(tmp_path_factory.mktemp("copy"), url), world.workspace.store
    fill(store, *original.scan_personas(), *original.scan_relationships())
    yield store
    store.close()


@at("row")
def test_a_store_keeps_the_text_and_finds_by_words_and_runs_nothing(copied, world, attempt):
    if attempt.name == "half-characters":
        return
    before = copied.stats()
    for raw in world.found(tag("raw", attempt)):
        assert copied.search(tag("raw", attempt)) == [raw]
        assert copied.relationships_at([raw.id]) == world.workspace.store.relationships_at([raw.id])
    assert copied.search(attempt.text[:2_000]) == world.workspace.store.search(attempt.text[:2_000])
    assert copied.ids_with_prefix(attempt.text[:200]) == []
    assert copied.stats() == before


@pytest.fixture(scope="module")
def exported(world: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("exports")
    for format in FORMATS:
        world.workspace.export(folder / format, format=format)
    return {format: folder / format for format in FORMATS}


@pytest.fixture(scope="module")
def described(exported: dict[str, Path]) -> dict[str, dict[str, str]]:
    """Descriptions by id, as each format is read back."""
    with (exported["csv"] / "nodes.csv").open(encoding="utf-8", newline="") as file:
        table = {row["id"]: row["description"].removeprefix("'") for row in csv.DictReader(file)}
    nodes = json.loads(exported["json"].read_text(encoding="utf-8"))["nodes"]
    graphml = networkx.read_graphml(exported["graphml"], force_multigraph=True).nodes(data="description")
    return {"csv": table, "json": {n["id"]: n["description"] for n in nodes}, "graphml": dict(graphml)}


@at("row")
def test_every_format_gives_the_text_back(world, described, attempt):
    for p in [*world.found(tag("raw", attempt)), *world.found(tag("row", attempt))]:
        assert described["csv"][p.id] == described["json"][p.id] == p.description
        illegal = "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
        assert described["graphml"][p.id] == re.sub(illegal, "\ufffd", p.description)


def test_no_cell_of_a_table_is_a_formula(exported):
    for name in ("nodes.csv", "edges.csv"):
        with (exported["csv"] / name).open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row if cell]
        for cell in cells:
            seen = "".join(c for c in cell if c.isprintable() and not c.isspace())
            assert cell[0] not in "\t\r\n"
            assert cell[0] == "'" or seen[:1] not in set("=+-@＝＋－＠﹦﹢﹣﹫")


def test_a_graphml_file_has_no_definitions_of_its_own(exported):
    text = exported["graphml"].read_text(encoding="utf-8")
    assert "<!" not in text
    assert "<script" not in text
    assert "HYPERLINK" in text


def test_a_cypher_script_has_our_statements_only(exported):
    text = exported["cypher"].read_text(encoding="ascii")
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', '""', text)
    assert "DETACH DELETE" in text
    assert not re.search("DELETE|LOAD|CALL|apoc|source /", bare)
    for statement in text.strip().split(";\n")[1:]:
        assert statement.startswith("UNWIND [\n")


# --------------------------------------------------------------------------------------------------- long runs

RUNS = {
    "letters": "a", "capitals": "A", "spaces": " ", "breaks": "\n", "lines": "\n ", "open": "(", "braces": "{",
    "brackets": "[", "digits": "1", "dots": "a.", "the": "the ", "who": "who is ", "for": "for over ", "names": "Aaa ",
    "apostrophes": "a'", "dashes": "1 -", "comments": "<!--", "underscores": "_", "stars": "*", "equals": "=",
    "hashes": " #", "commas": "a, ", "years": "1 year ", "tags": "<a ", "links": "[a](", "marks": "a\u0301\u0301",
    "ideographs": "日", "quotes": '"', "pipes": "| ", "joiners": "a\u200d",
}  # fmt: skip
"""What is repeated, with an end that does not fit."""


def portrait(text: str) -> None:
    data = {**ANSWERED, "description": text[:400], "language": text[:30]}
    read_portrait(data, text[:6_000], longest=500)


def written(text: str) -> None:
    data = {**ALTER, "description": text[:400], "label": text}
    read_written(data, ego=text[:2_000], named=None)


def guarded(text: str) -> None:
    known = "A nurse who treats people"
    for one, other in ((text[:2_000], known), (known, text[:2_000])):
        for _, guard in GUARDS:
            guard(Alter(one, one, "TREATS", True, one, 30), other)


ANSWERED = load("extract-large", before=True).examples[0][1]["personas"][0]
READERS: dict[str, tuple[int, Callable[[str], object]]] = {
    "parse": (100_000, lambda text: asked_back(text)),
    "clean": (100_000, clean),
    "markdown": (50_000, prose),
    "passages": (100_000, lambda text: passages(text, longest=1_000)),
    "excerpt": (100_000, excerpt),
    "words": (100_000, search_words),
    "word sets": (100_000, word_set),
    "activity": (6_000, read_activity),
    "age": (6_000, read_age),
    "region": (3_000, read_region),
    "description": (6_000, read_description),
    "occupation": (6_000, is_occupation),
    "names of work": (2_000, names_of_work),
    "veto": (2_000, lambda text: differs(text, f"{text} nurse")),
    "portrait": (6_000, portrait),
    "alter": (6_000, written),
    "guards": (2_000, guarded),
    "person": (2_000, person),
    "sample": (6_000, lambda text: fault(text, [text], ["a b"])),
    "terminal": (100_000, visible),
}
"""How long a text can be that each reader gets, and the reader."""


def asked_back(text: str) -> None:
    with suppress(ReplyFormatError):
        PromptDialogue("expand-large", "m", SECRET).parse({}, ChatReply(text))


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.slow
def test_a_reader_takes_no_longer_for_a_text_made_to_keep_it_busy(reader):
    length, read = READERS[reader]
    for name, part in RUNS.items():
        for start in ("A ", ""):
            text, began = f"{start}{part * (length // len(part) - 3)}x", time.process_time()
            read(text)
            assert time.process_time() - began < SECONDS, name
