"""The strongest plain Python loop: onnxruntime, rows sorted by length, batches of 8.

    python baseline_onnxruntime.py --model FOLDER --file onnx/model.onnx --texts reviews.csv --column description
"""

from __future__ import annotations

import argparse
import collections
import csv
import os
import time
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import BertWordPieceTokenizer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--file", default="model.onnx")
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--column", required=True)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    chosen = parser.parse_args()
    with chosen.texts.open(newline="", encoding="utf-8") as file:
        texts = [row[chosen.column] for row in csv.DictReader(file)]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = chosen.threads
    session = onnxruntime.InferenceSession(
        str(chosen.model / chosen.file), options, providers=["CPUExecutionProvider"]
    )
    tokenizer = BertWordPieceTokenizer(str(chosen.model / "vocab.txt"), lowercase=True)
    tokenizer.enable_truncation(512)
    began = time.monotonic()
    ids = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
    order = sorted(range(len(ids)), key=lambda row: -len(ids[row]))
    best = [0] * len(ids)
    for start in range(0, len(order), chosen.batch):
        rows = order[start : start + chosen.batch]
        width = len(ids[rows[0]])
        tokens = np.zeros((len(rows), width), dtype=np.int64)
        mask = np.zeros((len(rows), width), dtype=np.int64)
        for place, row in enumerate(rows):
            tokens[place, : len(ids[row])] = ids[row]
            mask[place, : len(ids[row])] = 1
        logits = session.run(["logits"], {"input_ids": tokens, "attention_mask": mask})[0]
        for row, label in zip(rows, logits.argmax(axis=1), strict=True):
            best[row] = int(label)
    seconds = time.monotonic() - began
    print(f"{len(texts) / seconds:.1f} rows/s, {seconds:.2f} s, {dict(collections.Counter(best))}")


if __name__ == "__main__":
    main()
