"""Any GGUF file is a model: which it is, what it needs, and why one cannot be asked."""

import asyncio
import os
from pathlib import Path

import pytest

from personagraph.errors import ChatError, ConfigError, InputError, PersonaGraphError
from personagraph.llm.local import backend as local
from personagraph.llm.local import memory, weights
from personagraph.llm.local.backend import LocalBackend, remark_on
from personagraph.llm.local.memory import Memory
from personagraph.llm.local.weights import LARGE_CONTEXT, SMALL_CONTEXT, bundled_file, context_for, weights_of
from personagraph.llm.models import placed
from personagraph.types import ChatRequest
from tests.llm.ggufs import CHAT, F32, gguf

NOBODY = {**CHAT, "general.architecture": "nobody", "nobody.block_count": 2, "nobody.embedding_length": 64}
"""What llama.cpp does not load."""
LARGE = [((1_000_000, 1_300), 99)]
"""1.3 billion weights of a type that takes no room."""


@pytest.fixture
def file(tmp_path) -> Path:
    (tmp_path / "some-model.gguf").write_bytes(gguf())
    return tmp_path / "some-model.gguf"


def without(key: str, **more: object) -> dict[str, object]:
    return {name: value for name, value in CHAT.items() if name != key} | more


def test_a_file_is_called_by_its_name_and_a_digest_of_what_is_in_it(file, tmp_path):
    first = weights_of(file).model
    assert first.startswith("some-model.gguf@")
    (tmp_path / "elsewhere").mkdir()
    moved = file.rename(tmp_path / "elsewhere" / file.name)
    assert weights_of(moved).model == first
    file.write_bytes(gguf(data=b"\1" * 1024))
    assert weights_of(file).model != first


@pytest.mark.parametrize("place", [1_100_000, 3_000_000, 5_900_000])
def test_files_of_one_head_and_one_length_that_differ_in_some_tensor_are_two_models(place, file):
    data = bytearray(gguf(tensors=[((1024, 1024), F32), ((1024, 1024), F32)]))
    file.write_bytes(data)
    first = weights_of(file).model
    data[place : place + 40_000] = b"\1" * 40_000
    file.write_bytes(data)
    assert weights_of(file).model != first


@pytest.mark.parametrize("name", ["a b\n@c.gguf", "模型.gguf", "x" * 200 + ".gguf", "\x1b[31m.gguf"])
def test_the_name_of_a_model_is_on_one_line_and_of_a_bearable_length(name, tmp_path):
    (tmp_path / name).write_bytes(gguf())
    model = weights_of(tmp_path / name).model
    assert model.isprintable()
    assert " " not in model
    assert len(model) <= 100


@pytest.mark.parametrize(("tensors", "small"), [([((64, 4), F32)], True), (LARGE, False)])
def test_from_1_3_billion_weights_on_a_model_gets_the_prompts_for_large_ones_and_their_context(tensors, small, file):
    file.write_bytes(gguf({**CHAT, "llama.context_length": 32_768}, tensors, data=bytes(1024)))
    found = weights_of(file)
    assert found.small == small
    assert context_for(found, None, 4) == (SMALL_CONTEXT if small else LARGE_CONTEXT)


def test_a_context_is_at_most_what_the_model_was_trained_for(file):
    file.write_bytes(gguf({**CHAT, "llama.context_length": 512}))
    found = weights_of(file)
    assert context_for(found, None, 4) == 512
    with pytest.raises(ConfigError, match=r"local_context is 1,024, and some-model\.gguf was trained for 512 tokens"):
        context_for(found, 1024, 4)


def test_what_does_not_fit_into_the_memory_is_told_before_it_is_loaded(file, monkeypatch):
    monkeypatch.setattr(weights, "memory", lambda: Memory(3_000_000, 1_000_000))
    found = weights_of(file)
    assert context_for(found, 1024, 1) == 1024
    with pytest.raises(ConfigError, match=r"needs .* GB of memory with 64 times 4,096 tokens .*local_context"):
        context_for(found, 4096, 64)


def test_the_cache_of_a_token_is_that_of_keys_and_values_of_all_layers(file):
    assert weights_of(file).cache == 2 * 4 * (16 + 16) * 2
    by_layer = {"llama.attention.head_count_kv": [1, 2], "llama.attention.key_length": 8}
    file.write_bytes(gguf({**CHAT, **by_layer}))
    assert weights_of(file).cache == (1 + 2) * (8 + 16) * 2


@pytest.mark.parametrize("value", ["many", -1, 2**40, True, 0.5, ["x"], [-5, 7]])
def test_numbers_that_cannot_be_count_as_unknown(value, file):
    value = 2**63 if value == -1 else value
    names = ("context_length", "attention.head_count", "attention.head_count_kv", "attention.key_length")
    file.write_bytes(gguf({**CHAT, **{f"llama.{name}": value for name in names}}))
    found = weights_of(file)
    assert found.trained == 0
    assert context_for(found, None, 4) == SMALL_CONTEXT


def test_a_model_without_a_chat_template_can_be_asked_and_is_remarked_upon(file):
    assert remark_on(weights_of(file)) == ""
    file.write_bytes(gguf(without("tokenizer.chat_template")))
    assert "some-model.gguf has no chat template" in remark_on(weights_of(file))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"version https://git-lfs.github.com/spec/v1\n", "pointer of Git LFS.*git lfs pull"),
        (b"<!DOCTYPE html>", "is a web page"),
        (b"tjgg" + bytes(100), "a format before GGUF"),
        (b"\x80\x02ckept", "is no GGUF file; fetch"),
        (gguf()[:100], "ends in the middle of its head: it was cut off; fetch or copy it again"),
        (gguf()[:-512], "was cut off: it has .* bytes of .*; fetch or copy it again"),
        (gguf({**CHAT, "split.count": 3}), "one part of a model; join the parts"),
        (gguf({**CHAT, "general.architecture": "clip"}), "mmproj.*name the model that it belongs to"),
        (gguf({**CHAT, "general.type": "mmproj"}), "mmproj"),
        (gguf({**CHAT, "general.type": "adapter"}), r"adapter \(LoRA\)"),
        (gguf({**CHAT, "general.type": "imatrix"}), "is no language model"),
        (gguf({**CHAT, "general.type": "vocab"}, ()), "is no language model"),
        (gguf(CHAT, ()), "is no language model"),
        (
            gguf(without("tokenizer.ggml.model", **{"general.architecture": "flux"})),
            r"no language model \(model, flux\)",
        ),
        (gguf({**CHAT, "general.architecture": "nomic-bert"}), "makes vectors of texts"),
        (gguf({**CHAT, "general.architecture": "gemma-embedding"}), "makes vectors of texts"),
        (gguf({**CHAT, "llama.pooling_type": 3}), "makes vectors of texts"),
        (gguf({**CHAT, "llama.attention.causal": False}), "makes vectors of texts"),
        (gguf({**CHAT, "llama.block_count": 0}), "does not say how many layers"),
        (gguf({**CHAT, "llama.block_count": 2**31}), "does not say how many layers"),
        (gguf(without("llama.embedding_length")), "does not say how many layers"),
        (gguf({**CHAT, "general.architecture": "\x1b[31mred\n"}), "names that are none"),
        (gguf({**CHAT, "tokenizer.ggml.pre": "\x1b[2J"}), "names that are none"),
    ],
)
def test_a_file_that_cannot_be_asked_says_what_it_is_and_what_to_do(data, says, file):
    file.write_bytes(data)
    with pytest.raises(ConfigError, match=says) as raised:
        weights_of(file)
    assert str(raised.value).startswith(f"{file} ")
    assert ";" in str(raised.value)


def test_a_part_of_a_split_file_is_known_by_its_name(tmp_path):
    part = tmp_path / "big-00001-of-00003.gguf"
    part.write_bytes(gguf())
    with pytest.raises(ConfigError, match="one part of a model; join the parts"):
        weights_of(part)


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe", "device", "loop", "null byte"])
def test_what_is_no_regular_file_is_refused_and_nothing_is_waited_for(kind, tmp_path):
    path = {"device": Path("/dev/zero"), "null byte": tmp_path / "a\0b"}.get(kind, tmp_path / "x.gguf")
    if kind == "folder":
        path.mkdir()
    if kind == "pipe":
        os.mkfifo(path)
    if kind == "loop":
        path.symlink_to(path.name)
    with pytest.raises(InputError):
        weights_of(path)


def test_a_relative_path_and_one_from_home_become_absolute(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    assert placed("local:a.gguf", tmp_path) == f"local:{tmp_path}/a.gguf"
    assert placed("local:../a.gguf", tmp_path / "w") == f"local:{tmp_path}/a.gguf"
    assert placed("local:~/a.gguf", tmp_path) == "local:/home/me/a.gguf"
    assert placed("recorded:ledger.sqlite3", tmp_path) == f"recorded:{tmp_path}/ledger.sqlite3"
    for name in ("local", "local:", "openai:a/b", "simulated", "nobody:x"):
        assert placed(name, tmp_path) == name


def test_a_model_that_llama_cpp_does_not_know_is_an_error_that_names_the_file(file):
    pytest.importorskip("xllamacpp")
    file.write_bytes(gguf(NOBODY))
    with pytest.raises(
        ChatError, match=r"did not start from .*some-model\.gguf.*a newer xllamacpp knows nobody models"
    ):
        ask(LocalBackend(file, slots=1))


def test_a_file_that_was_changed_since_it_was_looked_at_is_not_loaded(file, monkeypatch):
    pytest.importorskip("xllamacpp")
    backend = LocalBackend(file, slots=1)
    file.write_bytes(gguf(NOBODY))
    with pytest.raises(PersonaGraphError, match="was changed while it was read"):
        ask(backend)


def test_without_llama_cpp_a_file_says_what_to_install(file, monkeypatch):
    monkeypatch.setattr(local, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match="pip install xllamacpp"):
        LocalBackend(file)


def test_the_memory_of_a_container_is_its_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "_GROUPS", tmp_path)
    monkeypatch.setattr(memory, "_OWN_GROUP", tmp_path / "own")
    (tmp_path / "own").write_text("1:cpu:/x\n0::/pod/one\n")
    (tmp_path / "pod" / "one").mkdir(parents=True)
    (tmp_path / "pod" / "one" / "memory.max").write_text("max\n")
    (tmp_path / "pod" / "memory.max").write_text("1000000\n")
    assert memory.memory().total == 1_000_000


def test_where_the_system_tells_nothing_of_its_memory_nothing_is_refused(file, monkeypatch):
    monkeypatch.setattr(weights, "memory", lambda: Memory(None, None))
    assert context_for(weights_of(file), None, 64) == SMALL_CONTEXT


def ask(backend: LocalBackend) -> str:
    async def once() -> str:
        schema = {"type": "object", "properties": {"bird": {"type": "string", "maxLength": 20}}, "required": ["bird"]}
        asked = (
            {"role": "system", "content": "You name birds."},
            {"role": "user", "content": "Name one. Answer as JSON."},
        )
        try:
            return (await backend.complete(ChatRequest("k", "p", asked, schema, {"max_tokens": 30}, {}))).text
        finally:
            await backend.close()

    return asyncio.run(once())


@pytest.mark.local_llm
def test_a_file_that_is_named_answers_in_the_context_and_on_the_processors_that_are_set():
    backend = LocalBackend(bundled_file(), slots=1, threads=1, context=512)
    assert backend.model.startswith("SmolLM2-135M-Instruct.Q4_1.gguf@")
    assert (backend.small, backend.free, backend.context) == (True, True, 512)
    assert "bird" in ask(backend)
