"""Writes a folder with the architecture of distilbert-base-uncased-finetuned-sst-2-english.

    python make_reference_model.py --vocabulary ../../models/sst2-minilm --out distilbert-seeded
    python make_reference_model.py --out distilbert \\
        --from distilbert-base-uncased-finetuned-sst-2-english

Speed and memory do not depend on the weights' values, so seeded random ones measure as the real
ones do; their labels mean nothing. torch (model.safetensors) and ONNX (onnx/model.onnx,
onnx/model_int8.onnx: the default model's quantisation without its softening) hold the same
weights. Needs what the recipe of models/sst2-minilm needs.
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

RECIPE = Path(__file__).resolve().parents[2] / "models" / "sst2-minilm" / "recipe"
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


def real(name: str) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    model = AutoModelForSequenceClassification.from_pretrained(name)
    return model.eval(), AutoTokenizer.from_pretrained(name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--from", dest="source", metavar="FOLDER_OR_NAME", help="real weights")
    parser.add_argument("--vocabulary", type=Path, help="folder with vocab.txt, for seeded weights")
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args()
    if not chosen.source and not chosen.vocabulary:
        parser.error("--from or --vocabulary is needed")
    # transformers reads this when imported, so before anything else.
    fetched = chosen.source and not Path(chosen.source).is_dir()
    os.environ.setdefault("HF_HUB_OFFLINE", "0" if fetched else "1")
    sys.path.insert(0, str(RECIPE))
    from export import Logits, write_onnx
    from quantise import quantise

    model, tokenizer = (
        real(chosen.source) if chosen.source else seeded(chosen.vocabulary, chosen.seed)
    )
    chosen.out.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(chosen.out)
    tokenizer.save_pretrained(chosen.out)
    vocabulary = sorted(tokenizer.get_vocab().items(), key=lambda entry: entry[1])
    (chosen.out / "vocab.txt").write_text(
        "".join(f"{word}\n" for word, _ in vocabulary), encoding="utf-8"
    )
    origin = chosen.source or f"seeded random weights (seed {chosen.seed}): labels mean nothing"
    (chosen.out / "README.md").write_text(
        "# DistilBERT text classifier for measuring\n\n"
        f"Architecture of distilbert-base-uncased-finetuned-sst-2-english; weights: {origin}.\n"
        "`model.safetensors`, `onnx/model.onnx`, `onnx/model_int8.onnx` hold the same weights.\n",
        encoding="utf-8",
    )
    graph = chosen.out / "onnx" / "model.onnx"
    # Wider than the default model, and a seeded classifier magnifies rounding.
    difference = write_onnx(Logits(model), model, graph, tolerance=1e-4)
    quantise(graph, graph.with_name("model_int8.onnx"))
    print(f"{chosen.out}: ONNX at most {difference:.1e} from torch")


if __name__ == "__main__":
    main()
