"""The plain Python way: one process, a transformers pipeline, batches of 8 in input order.

    python baseline_pipeline.py --model FOLDER --texts reviews.csv --column description
"""

from __future__ import annotations

import argparse
import collections
import csv
import os
import time
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch
from transformers import pipeline


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", required=True)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--column", required=True)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    with chosen.texts.open(newline="", encoding="utf-8") as file:
        texts = [row[chosen.column] for row in csv.DictReader(file)]
    classify = pipeline("text-classification", model=chosen.model, device=-1)
    began = time.monotonic()
    results = []
    for start in range(0, len(texts), chosen.batch):
        results += classify(texts[start : start + chosen.batch], truncation=True)
    seconds = time.monotonic() - began
    labels = collections.Counter(result["label"] for result in results)
    print(f"{len(texts) / seconds:.1f} rows/s, {seconds:.2f} s, {dict(labels)}")


if __name__ == "__main__":
    main()
