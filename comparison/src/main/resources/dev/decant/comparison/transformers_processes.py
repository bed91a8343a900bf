"""A pool of processes, each with a transformers pipeline and a model of its own, on the CPU."""

import multiprocessing
import time

import torch
from measured import Run, arguments
from transformers import pipeline

LOADING_SECONDS = 900


def load(model, threads, loaded):
    global classify
    try:
        torch.set_num_threads(threads)
        classify = pipeline("text-classification", model=model, device="cpu")
    except BaseException:
        loaded.abort()  # Else a pool starts the process again, for ever.
        raise
    loaded.wait(LOADING_SECONDS)


def label(texts):
    began = time.perf_counter()
    answers = classify(texts, truncation=True)
    return [(answer["label"], answer["score"]) for answer in answers], time.perf_counter() - began


def main():
    parser = arguments(__doc__)
    parser.add_argument("--processes", type=int, required=True)
    chosen = parser.parse_args()
    context = multiprocessing.get_context()
    loaded = context.Barrier(chosen.processes + 1)
    with context.Pool(chosen.processes, load, (chosen.model, chosen.threads, loaded)) as pool:
        loaded.wait(LOADING_SECONDS)
        run = Run(chosen, chosen.processes)
        texts = run.texts()
        batches = (texts[start : start + chosen.batch] for start in range(0, len(texts), chosen.batch))
        results = []
        for answers, seconds in pool.imap(label, batches):
            run.batch(len(answers), seconds)
            results += answers
        pool.close()
        pool.join()
    run.finish(results)


if __name__ == "__main__":
    main()
