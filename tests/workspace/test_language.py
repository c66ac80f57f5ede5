"""The language of a run: named or that of each text, kept with the run, and refused where prompts cannot ask in it."""

import json
from typing import Any

import pytest

from personagraph.errors import ConfigError, UsageError
from personagraph.testing import ScriptedBackend, temporary_workspace
from personagraph.types import ChatRequest
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.workspace import Workspace, init_workspace, open_workspace
from tests.commands import code_of, personagraph
from tests.tongues import TOLD

UNKNOWN = {"nature": "person", **dict.fromkeys(ATTRIBUTES, "unknown")}
TIE = {"relation": "friend of", "label": "", "former": False, "confidence": 0.5}


class Speaker:
    """A large model that says what it is given, in turn; and how it was asked, in its last words."""

    def __init__(self, *said: str) -> None:
        self.asked: list[str] = []
        self._said = list(said)
        self.backend = ScriptedBackend(self._answer, model="large", small=False)

    def _answer(self, request: ChatRequest) -> dict[str, Any]:
        self.asked.append(request.messages[-1]["content"].splitlines()[-1].strip())
        said = self._said.pop(0)
        if "persona" in request.fields:
            return {"request": said, "answer": said}
        item = {**UNKNOWN, "description": said}
        return {"alters": [{**item, **TIE}]} if "ego" in request.fields else {"personas": [item]}


def settings_of(workspace: Workspace, run: str) -> dict[str, Any]:
    return dict(workspace.ledger.runs.get(run).settings)


@pytest.mark.parametrize("code", ["es", "ru", "ar", "hi", "ko", "ja", "zh", "th", "km", "my"])
def test_egos_and_texts_bring_personas_of_their_own_language(code, tmp_path):
    told = TOLD[code]
    text = tmp_path / "text.txt"
    text.write_text(told.passage, encoding="utf-8")
    speaker = Speaker(*told.good, told.passage)
    with temporary_workspace([told.ego]) as workspace:
        grown = workspace.expand(hops=1, backend=speaker.backend)
        found = workspace.extract([text], backend=speaker.backend)
        made = workspace.synthesize(
            "instruction", n=1, checks=[], backend=speaker.backend, output=tmp_path / "made.jsonl"
        ).run
        assert [(run.new + run.samples, run.rejected, run.dead_letters) for run in (grown, found, made)] == [
            (1, 0, 0)
        ] * 3
        assert settings_of(workspace, grown.run)["language"] == "own"
        assert {p.description for p in workspace.store.scan_personas()} == {told.ego, *told.good}
    assert speaker.asked[0].endswith("Write the descriptions in the language of the text between the marks.")
    assert speaker.asked[1].endswith("Write the descriptions in the language of the text between the marks.")
    assert speaker.asked[2].endswith("Write both in the language in which the person is described.")


def test_a_named_language_is_asked_for_kept_with_the_run_and_what_misses_it_is_rejected():
    speaker = Speaker(TOLD["zh"].good[0], TOLD["en"].good[0])
    with temporary_workspace([TOLD["en"].ego, TOLD["es"].ego]) as workspace:
        done = workspace.expand(hops=1, language="Chinese", backend=speaker.backend, concurrency=1)
        assert (done.new, done.rejected) == (1, 1)
        assert settings_of(workspace, done.run)["language"] == "zh"
        assert workspace.ledger.steps.outcomes(done.run)["rejected", "language"] == 1
    assert all(asked.endswith("Write the descriptions in Chinese.") for asked in speaker.asked)


def test_an_interrupted_run_goes_on_in_its_language_and_in_no_other():
    speaker = Speaker(*TOLD["sw"].good)
    with temporary_workspace([TOLD["en"].ego, TOLD["es"].ego]) as workspace:
        stopped: Any = {"stopping": lambda: bool(speaker.asked), "concurrency": 1, "backend": speaker.backend}
        assert workspace.expand(hops=1, language="sw", **stopped).status == "interrupted"
        with pytest.raises(ConfigError, match="has language 'sw'"):
            workspace.expand(language="fr", backend=speaker.backend)
        assert workspace.expand(backend=speaker.backend).status == "done"
    assert len(speaker.asked) == 2
    assert all(asked.endswith("in Swahili.") for asked in speaker.asked)


def test_the_settings_name_a_language_for_every_run_and_an_option_goes_before_them():
    speaker = Speaker(TOLD["fr"].good[0], TOLD["de"].passage)
    with temporary_workspace([TOLD["en"].ego], language="French") as workspace:
        workspace.expand(hops=1, backend=speaker.backend)
        workspace.synthesize("instruction", n=1, language="de", checks=[], backend=speaker.backend)
    assert speaker.asked[0].endswith("in French.")
    assert speaker.asked[1].endswith("in German.")


def test_an_unknown_language_is_refused_with_the_nearest_before_anything_is_asked():
    speaker = Speaker()
    with temporary_workspace([TOLD["en"].ego]) as workspace:
        with pytest.raises(ConfigError, match=r"--language: 'Swahilli' .* nearest is Swahili \(sw\)"):
            workspace.expand(language="Swahilli", backend=speaker.backend)
        assert speaker.asked == []
    with (
        pytest.raises(ConfigError, match=r"language: .*nearest is Swahili \(sw\)"),
        temporary_workspace(language="Swahilli"),
    ):
        pass


def test_small_prompts_refuse_another_language_than_english_and_take_english(tmp_path):
    speaker = Speaker()
    small = ScriptedBackend(speaker._answer, model="small", small=True)
    with temporary_workspace([TOLD["en"].ego]) as workspace:
        with pytest.raises(ConfigError, match=r"small models write English alone.*--prompts large"):
            workspace.expand(language="zh", backend=small)
        assert len(workspace.runs()) == 1, "only the import"
        assert [r.fields["ego"] for r in workspace.preview(1, "expand", language="en", backend=small)] == [
            TOLD["en"].ego
        ]
        assert workspace.forecast("expand", language="en", backend=small).calls
        assert workspace.forecast("expand", language="en-GB", backend=small).calls


def test_a_language_in_the_settings_leaves_small_prompts_at_english_and_that_is_told(tmp_path, monkeypatch, capsys):
    reply = {"occupation": "cook", "age": 40, "country": "Peru", "relation": "friend of", "detail": "bakes bread"}
    small, heard = ScriptedBackend(lambda request: reply), list[str]()
    with temporary_workspace([TOLD["en"].ego], language="sw") as workspace:
        done = workspace.expand(hops=1, backend=small, note=heard.append)
        assert settings_of(workspace, done.run)["language"] == ""
    assert [note for note in heard if "language is sw in the settings" in note and "--prompts large" in note]
    with init_workspace(tmp_path) as workspace:
        (tmp_path / "seeds.csv").write_text(f"persona\n{TOLD['en'].ego}\n", encoding="utf-8")
        workspace.import_personas(tmp_path / "seeds.csv")
    with open_workspace(tmp_path, language="sw") as workspace, pytest.raises(UsageError, match="English alone"):
        workspace.expand(hops=1, backend=small)
    monkeypatch.setenv("PERSONAGRAPH_LANGUAGE", "Swahili")
    words = ("expand", "--workspace", str(tmp_path), "--model", "openai:m", "--base-url", "http://127.0.0.1:9/v1")
    assert code_of(*words, "--prompts", "small", "--dry-run") == 0
    assert code_of(*words, "--prompts", "small", "--dry-run", "--language", "sw") == 2


def test_a_run_with_small_prompts_says_that_what_is_not_english_is_answered_in_english():
    reply = {
        "occupation": "bus driver",
        "age": 40,
        "country": "Peru",
        "relation": "friend of",
        "detail": "carries honey to the market on Saturdays",
    }
    heard: list[str] = []
    with temporary_workspace([TOLD["en"].ego, TOLD["zh"].ego]) as workspace:
        done = workspace.expand(hops=1, backend=ScriptedBackend(lambda request: reply), note=heard.append)
        assert (done.new, done.merged) == (1, 1)
        assert settings_of(workspace, done.run)["language"] == ""
    assert any("1 of 2 personas looked at are not in English" in note for note in heard)


@pytest.mark.parametrize("prompts", ["small", "large"])
def test_the_made_up_world_stays_english_and_says_so(prompts):
    heard: list[str] = []
    with temporary_workspace([TOLD["zh"].ego], prompts=prompts) as workspace:
        done = workspace.expand(hops=2, max_calls=8, language="zh", model="simulated", note=heard.append)
        assert done.new > 0
        assert ("rejected", "language") not in workspace.ledger.steps.outcomes(done.run)
        assert settings_of(workspace, done.run)["language"] == ""
    assert any("answers in English" in note for note in heard)


def test_dead_letters_are_asked_again_in_their_language():
    replies: list[Any] = ["no", "no", {"alters": [{**UNKNOWN, **TIE, "description": TOLD["sw"].good[0]}]}]
    asked: list[str] = []

    def answer(request: ChatRequest) -> Any:
        asked.append(request.messages[-1]["content"])
        return replies.pop(0)

    backend = ScriptedBackend(answer, model="large", small=False)
    with temporary_workspace([TOLD["en"].ego], language="fr") as workspace:
        assert workspace.expand(hops=1, language="sw", backend=backend).dead_letters == 1
        with pytest.raises(ConfigError, match="in their own language"):
            workspace.retry(language="fr", backend=backend)
        assert workspace.retry(backend=backend).run.new == 1
    assert "Write the descriptions in Swahili." in asked[-1]


def test_the_command_line_takes_a_language(tmp_path):
    with init_workspace(tmp_path):
        pass
    (tmp_path / "seeds.jsonl").write_text(json.dumps({"persona": TOLD["en"].ego}) + "\n", encoding="utf-8")
    personagraph("import", str(tmp_path / "seeds.jsonl"), folder=tmp_path)
    said = personagraph(
        *("expand", "--language", "Amharic", "--model", "simulated", "--prompts", "large", "--preview", "1"),
        folder=tmp_path,
    )
    assert "Name 3 people who are connected to this person." in said
    with open_workspace(tmp_path) as workspace:
        assert workspace.settings.language is None


def test_a_run_of_before_there_were_languages_goes_on_in_english():
    speaker = Speaker(*TOLD["en"].good)
    with temporary_workspace([TOLD["zh"].ego, TOLD["es"].ego]) as workspace:
        before = {"prompts": "large", "seed": 0, "dedup": "partition", "window": 128, "policy": "bfs", "hops": 1}
        run = workspace.ledger.runs.start("expand", before, {}, model="large")
        assert workspace.expand(language="en", backend=speaker.backend).run == run.id
        workspace.ledger.runs.start("expand", before, {}, model="large")
        with pytest.raises(ConfigError, match="is unfinished and has language"):
            workspace.expand(language="zh", backend=speaker.backend)
    assert len(speaker.asked) == 2
    assert all(asked == "Name 3 people who are connected to this person." for asked in speaker.asked)
