"""Measures what export.py and quantise.py left: every row alone and unpadded, as Decant runs it.

    python evaluate.py --dev sst2_dev.csv [--check reviews.csv:text[:answers.csv]] --out build
"""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
import onnxruntime as ort

import rows
import train

LONGEST = 512


@dataclass(frozen=True)
class Check:
    """Texts to compare the graphs on, and what another model (index, label) said of them."""

    file: Path
    column: str
    answers: Path | None

    @staticmethod
    def parse(given: str) -> Check:
        file, separator, rest = given.partition(".csv:")
        if not separator:
            raise argparse.ArgumentTypeError("FILE.csv:COLUMN or FILE.csv:COLUMN:ANSWERS.csv")
        column, _, answers = rest.partition(":")
        return Check(Path(file + ".csv"), column, Path(answers) if answers else None)


def positive(graph: Path, texts: list[str], threads: int = 0) -> np.ndarray:
    """The probability of POSITIVE for every text, each run in a batch of one."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    session = ort.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    ids = train.new_tokenizer()(texts, truncation=True, max_length=LONGEST)["input_ids"]
    found = np.empty(len(texts))
    for index, row in enumerate(ids):
        tokens = np.array([row], dtype=np.int64)
        logits = session.run(
            ["logits"], {"input_ids": tokens, "attention_mask": np.ones_like(tokens)}
        )[0][0].astype(np.float64)
        found[index] = 1.0 / (1.0 + np.exp(logits[0] - logits[1]))
    return found


def agreement(one: np.ndarray, other: np.ndarray) -> float:
    return round(100 * float(np.mean((one > 0.5) == (other > 0.5))), 2)


def compared(fp32: np.ndarray, int8: np.ndarray) -> dict[str, Any]:
    moved = np.abs(fp32 - int8)
    return {
        "rows": len(fp32),
        "positive_fp32": round(100 * float(np.mean(fp32 > 0.5)), 2),
        "int8_agrees_with_fp32": agreement(fp32, int8),
        "score_moves_mean": round(float(moved.mean()), 4),
        "score_moves_most": round(float(moved.max()), 4),
    }


def evaluate(out: Path, dev: Path, checks: list[Check], threads: int = 0) -> dict[str, Any]:
    """Leaves `evaluation.json` in `out`."""
    fp32, int8 = out / "fp32" / "model.onnx", out / "int8" / "model.onnx"
    average = out / "fp32-average" / "model.onnx"
    labelled = rows.read_labelled(dev)
    texts = [row.text for row in labelled]
    truth = np.array([row.label for row in labelled], dtype=float)

    on_fp32, on_int8 = positive(fp32, texts, threads), positive(int8, texts, threads)
    figures: dict[str, Any] = {
        "onnxruntime": ort.__version__,
        "dev": compared(on_fp32, on_int8)
        | {"accuracy_fp32": agreement(on_fp32, truth), "accuracy_int8": agreement(on_int8, truth)},
    }
    if average.exists():
        figures["dev"]["accuracy_fp32_average"] = agreement(
            positive(average, texts, threads), truth
        )
    for check in checks:
        texts = rows.read_column(check.file, check.column)
        on_fp32, on_int8 = positive(fp32, texts, threads), positive(int8, texts, threads)
        found = compared(on_fp32, on_int8)
        if check.answers:
            index = np.array([int(row) for row in rows.read_column(check.answers, "index")])
            said = rows.read_column(check.answers, "label")
            other = np.array([float(label == "POSITIVE") for label in said])
            found |= {
                "answers": len(said),
                "answers_positive": round(100 * float(other.mean()), 2),
                "fp32_agrees_with_answers": agreement(on_fp32[index], other),
                "int8_agrees_with_answers": agreement(on_int8[index], other),
            }
        figures[check.file.name] = found
    text = json.dumps(figures, indent=2) + "\n"
    (out / "evaluation.json").write_text(text, encoding="utf-8")
    print(text, flush=True)
    return figures


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dev", type=Path, required=True, help="CSV with text,label")
    parser.add_argument(
        "--check",
        type=Check.parse,
        action="append",
        default=[],
        metavar="FILE.csv:COLUMN[:ANSWERS.csv]",
        help="also compare float32 and int8 on these texts, and with another model's answers",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add_options(parser)
    parser.add_argument("--out", type=Path, required=True, help="folder that quantise.py worked in")
    parser.add_argument("--threads", type=int, default=0, help="0: as onnxruntime chooses")
    chosen = parser.parse_args()
    evaluate(chosen.out, chosen.dev, chosen.check, chosen.threads)


if __name__ == "__main__":
    main()
