"""Has trainers read files of samples: Hugging Face datasets, TRL, Axolotl and LLaMA-Factory, as they come from PyPI.

    python -m scripts.loaders FOLDER

FOLDER has a dataset in a folder of the name of each format, as `personagraph samples` writes it. Printed is one JSON
object: for each format how many rows of train each library made of it, and an example of what it then trains on. The
libraries run in an environment of their own (.cache/rivals/loaders), made when it is first asked for: 6 GB, since
PyPI's torch for Linux brings CUDA along. Axolotl and LLaMA-Factory are installed without what they depend on, of which
their code that reads data needs little. Nothing is trained but by TRL, two steps of a model of some thousand weights.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

PACKAGES = (
    "datasets==5.2.0",
    "trl==1.16.0",
    "transformers==5.24.0",
    "torch==2.15.0",
    "addict",
    "colorama",
    "fire",
    "numba",
    "peft",
    "pillow",
    "posthog",
)
BARE = ("axolotl==0.19.0", "llamafactory==0.9.5", "torchaudio==2.11.1", "torchvision==0.29.2")
QUIET = {
    "HF_HUB_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "AXOLOTL_DO_NOT_TRACK": "1",
    "DO_NOT_TRACK": "1",
    "CUDA_VISIBLE_DEVICES": "",
    "OMP_NUM_THREADS": "1",
}
TEMPLATE = """
{%- if tools %}{{ '<|im_start|>system\n' }}{{ tools | tojson }}{{ '<|im_end|>\n' }}{% endif %}
{%- for message in messages %}
{{- '<|im_start|>' + message['role'] + '\n' }}
{%- if message['tool_calls'] %}
{%- for call in message['tool_calls'] %}{{ call['function'] | tojson }}{% endfor %}
{%- else %}{{- message['content'] }}{% endif %}
{{- '<|im_end|>\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"""


def main() -> None:
    """Read the folder, in the environment of the libraries."""
    from scripts.rivals import python_of

    command = [python_of("loaders", PACKAGES, bare=BARE), "-m", "scripts.loaders", "--here", *sys.argv[1:]]
    with tempfile.TemporaryDirectory() as cache:
        caches = {"HF_HOME": cache, "HF_DATASETS_CACHE": cache}
        raise SystemExit(subprocess.run(command, env={**os.environ, **QUIET, **caches}, check=False).returncode)


def here(folder: Path) -> None:
    """Read the datasets with every library that reads their format, and print what came of it."""
    found: dict[str, dict[str, Any]] = {}
    for place in sorted(path for path in folder.iterdir() if path.is_dir()):
        readers = {"datasets": by_datasets, **READERS[place.name]}
        found[place.name] = {library: read(place) for library, read in readers.items()}
    sys.stdout = sys.__stdout__
    print(json.dumps(found, ensure_ascii=False))


def train_file(folder: Path) -> Path:
    """The file of what is learned from."""
    return next(path for path in folder.iterdir() if path.stem == "train")


def by_datasets(folder: Path) -> dict[str, Any]:
    """As the card says: the folder by its name, with the splits that it has."""
    from datasets import load_dataset

    found = load_dataset(str(folder))
    return {"rows": found["train"].num_rows, "splits": sorted(found), "example": found["train"][0]}


def by_trl_sft(folder: Path) -> dict[str, Any]:
    """What SFTTrainer trains on, after two steps."""
    from datasets import load_dataset
    from trl import SFTConfig, SFTTrainer

    data, tokenizer = load_dataset(str(folder))["train"], tiny_tokenizer()
    with tempfile.TemporaryDirectory() as output:
        options = SFTConfig(output, **steps(), max_length=4096)
        trainer = SFTTrainer(tiny_model(tokenizer), options, train_dataset=data, processing_class=tokenizer)
        trainer.train()
        row = trainer.train_dataset[0]
    return {"rows": trainer.train_dataset.num_rows, "example": tokenizer.decode(row["input_ids"])}


def by_trl_dpo(folder: Path) -> dict[str, Any]:
    """What DPOTrainer trains on, after two steps."""
    from datasets import load_dataset
    from trl import DPOConfig, DPOTrainer

    data, tokenizer = load_dataset(str(folder))["train"], tiny_tokenizer()
    with tempfile.TemporaryDirectory() as output:
        options = DPOConfig(output, **steps())
        models = tiny_model(tokenizer), tiny_model(tokenizer)
        trainer = DPOTrainer(*models, args=options, train_dataset=data, processing_class=tokenizer)
        trainer.train()
        row = trainer.train_dataset[0]
    told = {name: tokenizer.decode(row[f"{name}_ids"]) for name in ("prompt", "chosen", "rejected")}
    return {"rows": trainer.train_dataset.num_rows, "example": told}


def by_axolotl(**settings: Any) -> Callable[[Path], dict[str, Any]]:
    """What Axolotl's own loading makes of it, with these settings of a dataset, which its schema has to accept."""

    def read(folder: Path) -> dict[str, Any]:
        from axolotl.utils.data.sft import _load_and_process_single_dataset as load
        from axolotl.utils.dict import DictDefault
        from axolotl.utils.schemas.datasets import SFTDataset

        file = train_file(folder)
        ending = {".jsonl": "json", ".parquet": "parquet"}[file.suffix]
        config = {"path": str(folder), "data_files": [str(file)], "ds_type": ending, "split": "train", **settings}
        SFTDataset(**config)
        tokenizer = tiny_tokenizer()
        cfg = DictDefault({"sequence_len": 4096, "train_on_inputs": False, "dataset_num_proc": 1, "seed": 1})
        data, _ = load(
            dataset_config=DictDefault(config), cfg=cfg, tokenizer=tokenizer, split="train", seed=1, processor=None
        )
        row = data[0]
        learned = [token for token, label in zip(row["input_ids"], row["labels"], strict=True) if label != -100]
        return {"rows": len(data), "example": tokenizer.decode(row["input_ids"]), "learned": tokenizer.decode(learned)}

    return read


def by_axolotl_dpo(folder: Path) -> dict[str, Any]:
    """What Axolotl's strategy for preferences makes of it."""
    from axolotl.prompt_strategies.dpo import load
    from axolotl.utils.dict import DictDefault
    from axolotl.utils.schemas.datasets import DPODataset
    from datasets import load_dataset

    config = {"path": str(folder), "split": "train", "type": "chat_template.default", "field_messages": "prompt"}
    DPODataset(**{name: config[name] for name in ("path", "split", "type")})
    cfg = DictDefault({"datasets": [config], "chat_template": "tokenizer_default"})
    turned = load("chat_template.default", cfg, dataset_idx=0)
    transform, tokenizer = turned[0] if isinstance(turned, tuple) else turned, tiny_tokenizer()
    rows = [transform(row, tokenizer=tokenizer) for row in load_dataset(str(folder))["train"]]
    return {"rows": len(rows), "example": rows[0]}


def by_llama_factory(folder: Path) -> dict[str, Any]:
    """What LLaMA-Factory's own loading makes of what dataset_info.json tells."""
    from llamafactory.data.loader import _load_single_dataset as load
    from llamafactory.data.parser import get_dataset_list

    told = json.loads((folder / "dataset_info.json").read_text(encoding="utf-8"))
    counts = {}
    for name in told:
        [attributes] = get_dataset_list([name], str(folder))
        data_args = SimpleNamespace(
            dataset_dir=str(folder),
            streaming=False,
            preprocessing_num_workers=1,
            overwrite_cache=True,
            max_samples=None,
            media_dir=str(folder),
            dataset_shards=None,
        )
        model_args = SimpleNamespace(cache_dir=None, hf_hub_token=None)
        data = load(attributes, model_args, data_args, SimpleNamespace(local_process_index=0))
        counts[name] = sum(bool(row["_prompt"] and row["_response"]) for row in data)
        counts.setdefault("example", data[0])
    example = counts.pop("example")
    return {"rows": counts[next(iter(told))], "by_name": counts, "example": example}


def steps() -> Mapping[str, Any]:
    """Two steps on the processor, and nothing reported."""
    return {
        "max_steps": 2,
        "per_device_train_batch_size": 1,
        "report_to": "none",
        "use_cpu": True,
        "save_strategy": "no",
        "bf16": False,
    }


def tiny_tokenizer() -> Any:
    """A tokenizer of bytes with a chat template."""
    from tokenizers import Tokenizer, decoders, pre_tokenizers
    from tokenizers.models import BPE
    from transformers import PreTrainedTokenizerFast

    marks = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    made = Tokenizer(BPE({letter: n for n, letter in enumerate([*letters, *marks])}, []))
    made.pre_tokenizer, made.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    named = {"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>", "additional_special_tokens": ["<|im_start|>"]}
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=made, **named)
    tokenizer.chat_template = TEMPLATE
    return tokenizer


def tiny_model(tokenizer: Any) -> Any:
    """A model of some thousand weights, at random."""
    from transformers import LlamaConfig, LlamaForCausalLM

    sizes = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    marks = {"pad_token_id": tokenizer.pad_token_id, "eos_token_id": tokenizer.eos_token_id, "bos_token_id": None}
    return LlamaForCausalLM(LlamaConfig(vocab_size=len(tokenizer), max_position_embeddings=8192, **sizes, **marks))


SHAREGPT = {"field_messages": "conversations", "message_property_mappings": {"role": "from", "content": "value"}}
READERS: dict[str, Mapping[str, Callable[[Path], dict[str, Any]]]] = {
    "messages": {"trl": by_trl_sft, "axolotl": by_axolotl(type="chat_template"), "llama-factory": by_llama_factory},
    "prompt-completion": {"trl": by_trl_sft},
    "preference": {"trl": by_trl_dpo, "axolotl": by_axolotl_dpo, "llama-factory": by_llama_factory},
    "sharegpt": {
        "trl": by_trl_sft,
        "axolotl": by_axolotl(type="chat_template", **SHAREGPT),
        "llama-factory": by_llama_factory,
    },
    "alpaca": {"axolotl": by_axolotl(type="alpaca"), "llama-factory": by_llama_factory},
    "tools": {"trl": by_trl_sft, "axolotl": by_axolotl(type="chat_template"), "llama-factory": by_llama_factory},
    "parquet": {"trl": by_trl_sft, "axolotl": by_axolotl(type="chat_template"), "llama-factory": by_llama_factory},
}
"""Who reads what; each library in the way that the format's own line on it says."""

if __name__ == "__main__":
    if sys.argv[1:2] == ["--here"]:
        sys.stdout = sys.stderr
        here(Path(sys.argv[2]))
    else:
        main()
