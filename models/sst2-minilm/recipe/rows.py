"""Reads the data files: plain CSV with a header, columns found by name."""

from __future__ import annotations

import csv
import random
import re
from dataclasses import dataclass
from pathlib import Path

_SPLIT_NOT = re.compile(r"(\w) n't\b")


@dataclass(frozen=True)
class Labelled:
    text: str
    label: int


def read_column(path: Path, column: str) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if column not in (reader.fieldnames or []):
            raise SystemExit(f"{path}: no column '{column}', it has {reader.fieldnames}")
        return [row[column] for row in reader]


def read_labelled(path: Path) -> list[Labelled]:
    """A file with the columns text and label, label being 0 (negative) or 1 (positive)."""
    texts, labels = read_column(path, "text"), read_column(path, "label")
    return [Labelled(text, int(label)) for text, label in zip(texts, labels, strict=True)]


def as_people_write(text: str) -> str:
    """Undoes the Penn Treebank's writing where it changes the word pieces: `` and does n't."""
    return _SPLIT_NOT.sub(r"\1n't", text.replace("``", '"').replace("''", '"'))


def training_rows(path: Path, seed: int) -> list[Labelled]:
    """The training rows, half of them as people write: SST-2 alone never shows "doesn't"."""
    chance = random.Random(seed)
    return [
        Labelled(as_people_write(row.text), row.label) if chance.random() < 0.5 else row
        for row in read_labelled(path)
    ]
