"""A transformers pipeline in one process, on the CPU."""

import time

import torch
from measured import Run, arguments
from transformers import pipeline


def main():
    parser = arguments(__doc__)
    parser.add_argument(
        "--batched",
        action="store_true",
        help="rows sorted by length, and the pipeline told its batch size; else lists of the batch's size in input "
        "order, which a pipeline left to itself takes text by text",
    )
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    classify = pipeline("text-classification", model=chosen.model, device="cpu")
    run = Run(chosen)
    texts = run.texts()
    order = list(range(len(texts)))
    told = {}
    if chosen.batched:
        order.sort(key=lambda row: -len(texts[row]))
        told["batch_size"] = chosen.batch
    results = [("", 0.0)] * len(texts)
    for start in range(0, len(order), chosen.batch):
        rows = order[start : start + chosen.batch]
        began = time.perf_counter()
        answers = classify([texts[row] for row in rows], truncation=True, **told)
        run.batch(len(rows), time.perf_counter() - began)
        for row, answer in zip(rows, answers):
            results[row] = (answer["label"], answer["score"])
    run.finish(results)


if __name__ == "__main__":
    main()
