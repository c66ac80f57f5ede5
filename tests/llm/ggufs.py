"""Makes small GGUF files, whole or broken, as bytes."""

import struct
from collections.abc import Mapping, Sequence
from typing import Any

CHAT: Mapping[str, Any] = {
    "general.architecture": "llama",
    "llama.context_length": 4096,
    "llama.block_count": 2,
    "llama.embedding_length": 64,
    "llama.attention.head_count": 4,
    "tokenizer.ggml.model": "gpt2",
    "tokenizer.ggml.tokens": ["a", "b", "c"],
    "tokenizer.chat_template": "{{ messages }}",
}
"""What the head of a model that answers says."""
F32, Q8 = 0, 8


def text(said: str) -> bytes:
    data = said.encode()
    return struct.pack("<Q", len(data)) + data


def value(held: Any) -> bytes:
    """A value with its type before it."""
    if isinstance(held, bool):
        return struct.pack("<I?", 7, held)
    if isinstance(held, int):
        return struct.pack("<IQ", 10, held)
    if isinstance(held, float):
        return struct.pack("<Id", 12, held)
    if isinstance(held, str):
        return struct.pack("<I", 8) + text(held)
    kind = 8 if held and isinstance(held[0], str) else 5
    items = b"".join(text(item) if kind == 8 else struct.pack("<i", item) for item in held)
    return struct.pack("<IIQ", 9, kind, len(held)) + items


def gguf(
    entries: Mapping[str, Any] = CHAT,
    tensors: Sequence[tuple[Sequence[int], int]] = (((64, 4), F32),),
    *,
    data: bytes | None = None,
    magic: bytes = b"GGUF",
    version: int = 3,
    counts: tuple[int, int] | None = None,
) -> bytes:
    """A file of tensors with these shapes and types; `data` and `counts` instead of those that they need."""
    head = magic + struct.pack("<IQQ", version, *(counts or (len(tensors), len(entries))))
    head += b"".join(text(key) + value(held) for key, held in entries.items())
    offset = 0
    for n, (shape, kind) in enumerate(tensors):
        head += text(f"blk.{n}.weight") + struct.pack("<I", len(shape)) + struct.pack(f"<{len(shape)}Q", *shape)
        head += struct.pack("<IQ", kind, offset)
        size = 1
        for side in shape:
            size *= side
        offset += -(-(size * 4 if kind == F32 else size // 32 * 34) // 32) * 32
    head += bytes(-len(head) % 32)
    return head + (bytes(offset) if data is None else data)
