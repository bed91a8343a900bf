"""Gathers the files of the finished model in Hugging Face's layout.

    python package.py --out build
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import train

_SHAPE = (
    "attention_probs_dropout_prob",
    "classifier_dropout",
    "hidden_act",
    "hidden_dropout_prob",
    "hidden_size",
    "initializer_range",
    "intermediate_size",
    "layer_norm_eps",
    "max_position_embeddings",
    "model_type",
    "num_attention_heads",
    "num_hidden_layers",
    "pad_token_id",
    "type_vocab_size",
    "vocab_size",
)


def model_config() -> dict[str, Any]:
    base = json.loads((train.base_folder() / "config.json").read_text(encoding="utf-8"))
    shape = {name: base[name] for name in _SHAPE if name in base}
    return {
        "architectures": ["BertForSequenceClassification"],
        **shape,
        "id2label": {str(index): label for index, label in train.ID_TO_LABEL.items()},
        "label2id": {label: index for index, label in train.ID_TO_LABEL.items()},
        "problem_type": "single_label_classification",
    }


def tokenizer_config() -> dict[str, Any]:
    return {
        "tokenizer_class": "BertTokenizer",
        "do_lower_case": True,
        "do_basic_tokenize": True,
        "tokenize_chinese_chars": True,
        "strip_accents": None,
        "model_max_length": 512,
        "unk_token": "[UNK]",
        "sep_token": "[SEP]",
        "pad_token": "[PAD]",
        "cls_token": "[CLS]",
        "mask_token": "[MASK]",
    }


def write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


def package(out: Path) -> Path:
    """Leaves the folder `model` in `out` and prints the files' SHA-256."""
    folder = out / "model"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(out / "int8" / "model.onnx", folder / "model.onnx")
    shutil.copyfile(train.base_folder() / "vocab.txt", folder / "vocab.txt")
    write_json(folder / "config.json", model_config())
    write_json(folder / "tokenizer_config.json", tokenizer_config())
    for file in sorted(folder.iterdir()):
        print(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}", flush=True)
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, required=True, help="folder that quantise.py worked in")
    package(parser.parse_args().out)


if __name__ == "__main__":
    main()
