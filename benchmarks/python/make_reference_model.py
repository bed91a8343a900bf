"""Writes a folder with distilbert-base-uncased-finetuned-sst-2-english, for `decant bench --model`.

    python make_reference_model.py --out distilbert                      # from the hub or its cache
    python make_reference_model.py --out distilbert --from FOLDER        # from a local copy
    python make_reference_model.py --out distilbert-seeded --seeded      # without either

Where neither the hub nor its cache has the model, the same architecture gets seeded random weights.
Speed and memory do not depend on the weights' values, so those measure as the real ones do; their
labels mean nothing, and config.json says so in `weights`, which every report repeats. torch
(model.safetensors) and ONNX (onnx/model.onnx, onnx/model_int8.onnx: the default model's
quantisation without its softening) hold the same weights. Needs benchmarks/python/requirements.txt.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

REAL = "distilbert-base-uncased-finetuned-sst-2-english"
ON_BOARD = Path(__file__).resolve().parents[2] / "models" / "sst2-minilm"
RECIPE = ON_BOARD / "recipe"
# Spread of the seeded logits' difference: near that of a trained classifier.
SPREAD = 4.0


def seeded(vocabulary: Path, seed: int) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    import torch
    from transformers import BertTokenizer, DistilBertConfig, DistilBertForSequenceClassification

    file = vocabulary if vocabulary.is_file() else vocabulary / "vocab.txt"
    words = file.read_text(encoding="utf-8").splitlines()
    tokenizer = BertTokenizer(str(file), do_lower_case=True, model_max_length=512)
    config = DistilBertConfig(
        vocab_size=len(words),
        id2label={0: "NEGATIVE", 1: "POSITIVE"},
        label2id={"NEGATIVE": 0, "POSITIVE": 1},
        problem_type="single_label_classification",
        # Wider than the usual 0.02: with that, what the text says hardly reaches [CLS].
        initializer_range=0.05,
        weights=f"seeded random, seed {seed}",
    )
    torch.manual_seed(seed)
    model = DistilBertForSequenceClassification(config).eval()

    chance = random.Random(seed)
    plain = [word for word in words if word.isalpha() and len(word) > 2]
    texts = [" ".join(chance.choices(plain, k=chance.randint(8, 60))) for _ in range(64)]
    with torch.no_grad():
        # Random weights give every text nearly the same logits: centre and spread them.
        fed = tokenizer(texts, padding=True, return_tensors="pt")
        logits = model(input_ids=fed["input_ids"], attention_mask=fed["attention_mask"]).logits
        factor = SPREAD / float((logits[:, 1] - logits[:, 0]).std())
        model.classifier.weight.mul_(factor)
        model.classifier.bias.copy_(-(logits - model.classifier.bias).median(dim=0).values * factor)
    return model, tokenizer


def real(source: str) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    model = AutoModelForSequenceClassification.from_pretrained(source)
    model.config.weights = Path(source).name
    return model.eval(), AutoTokenizer.from_pretrained(source)


def load(chosen: argparse.Namespace) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    if chosen.seeded:
        return seeded(chosen.vocabulary, chosen.seed)
    if chosen.source:
        return real(chosen.source)
    try:
        return real(REAL)
    except OSError as fault:  # What transformers raises when it finds a model nowhere.
        print(f"{REAL}: {str(fault).splitlines()[0]}\nseeded weights instead", file=sys.stderr)
        return seeded(chosen.vocabulary, chosen.seed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    origin = parser.add_mutually_exclusive_group()
    origin.add_argument("--from", dest="source", metavar="FOLDER_OR_NAME", help="a copy of it")
    origin.add_argument("--seeded", action="store_true", help="random weights; no hub is asked")
    parser.add_argument("--vocabulary", type=Path, default=ON_BOARD, help="for seeded weights")
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args()
    if chosen.seeded or (chosen.source and Path(chosen.source).is_dir()):
        # transformers reads this when imported, so before anything else.
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    sys.path.insert(0, str(RECIPE))
    from export import Logits, write_onnx
    from quantise import quantise

    model, tokenizer = load(chosen)
    chosen.out.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(chosen.out)
    tokenizer.save_pretrained(chosen.out)
    vocabulary = sorted(tokenizer.get_vocab().items(), key=lambda entry: entry[1])
    (chosen.out / "vocab.txt").write_text(
        "".join(f"{word}\n" for word, _ in vocabulary), encoding="utf-8"
    )
    weights = model.config.weights
    meaning = " (labels mean nothing)" if weights.startswith("seeded") else ""
    (chosen.out / "README.md").write_text(
        "# DistilBERT text classifier for measuring\n\n"
        f"Architecture of {REAL}; weights: {weights}{meaning}.\n"
        "`model.safetensors`, `onnx/model.onnx`, `onnx/model_int8.onnx` hold the same weights.\n",
        encoding="utf-8",
    )
    graph = chosen.out / "onnx" / "model.onnx"
    # Wider than the default model, and a seeded classifier magnifies rounding.
    difference = write_onnx(Logits(model), model, graph, tolerance=1e-4)
    quantise(graph, graph.with_name("model_int8.onnx"))
    print(f"{chosen.out}: {weights}{meaning}; ONNX at most {difference:.1e} from torch")


if __name__ == "__main__":
    main()
