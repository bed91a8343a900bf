"""Writes the trained weights as a float32 ONNX graph and checks it against transformers.

    python export.py --out build
"""

from __future__ import annotations

import argparse
import os
import warnings
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
import onnx
import onnxruntime as ort
import torch
from torch import Tensor, nn
from transformers import BertForSequenceClassification, PreTrainedModel

import train
from lean import LeanClassifier

OPSET = 17


class Logits(nn.Module):
    """Any classifier of transformers as a graph of two inputs and one output."""

    def __init__(self, model: PreTrainedModel) -> None:
        super().__init__()
        model.set_attn_implementation("eager")
        self.model = model

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return self.model(input_ids=input_ids, attention_mask=attention_mask).logits


def trained_model(weights: Path) -> BertForSequenceClassification:
    model = train.new_model(dropout=0.1)
    state = torch.load(weights)
    # An interrupted training's state holds the weights beside the optimiser's.
    model.load_state_dict(state.get("model", state))
    return model.eval()


def write_onnx(
    module: nn.Module, model: PreTrainedModel, target: Path, tolerance: float = 1e-5
) -> float:
    """Writes the module's graph; returns its largest difference from the model's own logits."""
    target.parent.mkdir(parents=True, exist_ok=True)
    chance = torch.Generator().manual_seed(0)

    def batch(count: int, length: int) -> tuple[Tensor, Tensor]:
        tokens = torch.randint(1000, 30000, (count, length), generator=chance)
        mask = torch.ones(count, length, dtype=torch.long)
        if count > 1:
            tokens[0, length // 2 :] = 0
            mask[0, length // 2 :] = 0
        return tokens, mask

    trials = [batch(1, 7), batch(3, 40), batch(2, 512), batch(1, 1)]
    with torch.no_grad():
        expected = [
            model.eval()(input_ids=tokens, attention_mask=mask).logits.numpy()
            for tokens, mask in trials
        ]
    both = {0: "batch", 1: "tokens"}
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module.eval(),
            batch(2, 12),
            str(target),
            dynamo=False,
            opset_version=OPSET,
            do_constant_folding=True,
            input_names=["input_ids", "attention_mask"],
            output_names=["logits"],
            dynamic_axes={"input_ids": both, "attention_mask": both, "logits": {0: "batch"}},
        )
    onnx.checker.check_model(str(target))
    session = ort.InferenceSession(str(target), providers=["CPUExecutionProvider"])
    difference = 0.0
    for (tokens, mask), wanted in zip(trials, expected, strict=True):
        fed = {"input_ids": tokens.numpy(), "attention_mask": mask.numpy()}
        given = session.run(None, fed)[0]
        difference = max(difference, float(np.abs(given - wanted).max()))
    if difference > tolerance:
        raise SystemExit(f"{target} differs from torch by {difference:.2e}")
    return difference


def export(out: Path, weights: Path | None = None) -> Path:
    """Leaves `fp32/model.onnx`, and `fp32-average/model.onnx` for comparing, in `out`."""
    named = {"fp32": weights or out / "training" / "last.pt"}
    if weights is None:
        named["fp32-average"] = out / "training" / "average.pt"
    for name, source in named.items():
        target = out / name / "model.onnx"
        model = trained_model(source)
        difference = write_onnx(LeanClassifier(model), model, target)
        print(f"export: {target}, at most {difference:.1e} from torch", flush=True)
    return out / "fp32" / "model.onnx"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, required=True, help="folder that train.py worked in")
    parser.add_argument("--weights", type=Path, help="other weights than the last step's")
    chosen = parser.parse_args()
    export(chosen.out, chosen.weights)


if __name__ == "__main__":
    main()
