"""The script as the public experiment has it: a transformers pipeline that is told no batch size and takes its texts one by one."""

import os

from transformers import pipeline

classifier = pipeline(
    "text-classification",
    model=os.environ["DECANT_SCRIPT_MODEL"],
    device=os.environ.get("DECANT_DEVICE") or "cpu",
    truncation=True,
)


def process_batch(texts: list[str]) -> list[dict]:
    return classifier(texts)
