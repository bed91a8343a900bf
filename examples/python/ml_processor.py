"""A transformers pipeline.

    pip install torch transformers
    DECANT_SCRIPT_MODEL=distilbert-base-uncased-finetuned-sst-2-english \\
        ./decant classify reviews.csv --text description --script examples/python/ml_processor.py \\
        --python ./venv/bin/python -o labels.csv

DECANT_SCRIPT_MODEL is a model's name on the hub or a folder with config.json, weights and tokenizer.
DECANT_DEVICE, which `--device` sets, is where it computes: cpu, cuda:0, mps.
"""

import os

from transformers import pipeline

MODEL = os.environ.get("DECANT_SCRIPT_MODEL", "distilbert-base-uncased-finetuned-sst-2-english")

classifier = pipeline(
    "text-classification",
    model=MODEL,
    device=os.environ.get("DECANT_DEVICE") or None,
    truncation=True,
)


def process_batch(texts: list[str]) -> list[dict]:
    """Labels each text; Decant gives texts of like length together, so that little of a batch is padding."""
    return classifier(texts, batch_size=max(1, len(texts)))
