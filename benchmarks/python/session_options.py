"""Compares ONNX Runtime session settings: rows a second, every row alone and unpadded.

    python session_options.py --model ../../models/sst2-minilm --texts reviews.csv --column text

The settings take turns on the same rows, round by round, so that whatever else the machine does
hits all of them; the figures that count are the ratios to the first, by the clock and by CPU time
(which other work on the machine blurs less), each the median over the rounds.
Needs onnxruntime, numpy and transformers.
"""

from __future__ import annotations

import argparse
import csv
import os
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
import onnxruntime as ort
from transformers import BertTokenizer

SKIP = "SkipLayerNormFusion"
GRAPHS = ("model.onnx", "onnx/model_int8.onnx", "onnx/model.onnx")


@dataclass(frozen=True)
class Setting:
    name: str
    disabled: tuple[str, ...] = ()
    ort_file: bool = False
    prepacking: bool = True
    level: ort.GraphOptimizationLevel = ort.GraphOptimizationLevel.ORT_ENABLE_ALL


SETTINGS = (
    Setting("default"),
    Setting(f"without {SKIP}", (SKIP,)),
    Setting("without GeluFusionL1/L2", ("GeluFusionL1", "GeluFusionL2")),
    Setting("without BiasGeluFusion", ("BiasGeluFusion",)),
    Setting("without TransposeOptimizer", ("TransposeOptimizer",)),
    Setting("extended", level=ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED),
    Setting("basic", level=ort.GraphOptimizationLevel.ORT_ENABLE_BASIC),
    Setting(f"without {SKIP}, no prepacking", (SKIP,), prepacking=False),
    Setting(f".ort, without {SKIP}", (SKIP,), ort_file=True),
    Setting(f".ort, without {SKIP}, no prepacking", (SKIP,), ort_file=True, prepacking=False),
)


def options(setting: Setting) -> ort.SessionOptions:
    chosen = ort.SessionOptions()
    chosen.log_severity_level = 3
    chosen.intra_op_num_threads = 1
    chosen.graph_optimization_level = setting.level
    if setting.disabled:
        chosen.add_session_config_entry(
            "optimization.disable_specified_optimizers", ";".join(setting.disabled)
        )
    if not setting.prepacking:
        chosen.add_session_config_entry("session.disable_prepacking", "1")
    return chosen


def open_session(graph: Path, setting: Setting, scratch: Path) -> ort.InferenceSession:
    if not setting.ort_file:
        return ort.InferenceSession(str(graph), options(setting))
    target = scratch / f"{abs(hash(setting.disabled))}.ort"
    writing = options(Setting("writing", setting.disabled))
    writing.optimized_model_filepath = str(target)
    writing.add_session_config_entry("session.save_model_format", "ORT")
    ort.InferenceSession(str(graph), writing)
    reading = options(Setting("reading", prepacking=setting.prepacking))
    reading.add_session_config_entry("session.load_model_format", "ORT")
    return ort.InferenceSession(str(target), reading)


def seconds(
    session: ort.InferenceSession, inputs: list[np.ndarray], workers: int
) -> tuple[float, float]:
    """By the clock, and of CPU time."""

    def work(offset: int) -> None:
        for ids in inputs[offset::workers]:
            session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})

    began, spent = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, range(workers)))
    return time.perf_counter() - began, time.process_time() - spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", type=Path, required=True, help="model folder or .onnx file")
    parser.add_argument("--tokenizer", type=Path, help="folder with vocab.txt, if another")
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--column", required=True)
    parser.add_argument("--rows", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--workers", type=int, default=2, help="threads on one session")
    parser.add_argument(
        "--against", type=Path, action="append", default=[], help="compare with this .onnx file"
    )
    chosen = parser.parse_args()

    folder = chosen.model if chosen.model.is_dir() else chosen.model.parent
    graph = chosen.model
    if chosen.model.is_dir():
        graph = next(folder / name for name in GRAPHS if (folder / name).is_file())
    with chosen.texts.open(encoding="utf-8", newline="") as file:
        texts = [row[chosen.column] for row in csv.DictReader(file)][: chosen.rows]
    tokenizer = BertTokenizer(str((chosen.tokenizer or folder) / "vocab.txt"), do_lower_case=True)
    inputs = [
        np.array([row], dtype=np.int64)
        for row in tokenizer(texts, truncation=True, max_length=512)["input_ids"]
    ]
    with tempfile.TemporaryDirectory() as scratch:
        if chosen.against:
            sessions = {
                f"{path}, {setting.name}": open_session(path, setting, Path(scratch))
                for path in (graph, *chosen.against)
                for setting in SETTINGS[:2]
            }
        else:
            sessions = {
                setting.name: open_session(graph, setting, Path(scratch)) for setting in SETTINGS
            }
        for session in sessions.values():
            seconds(session, inputs[:40], chosen.workers)
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in sessions}
        for _ in range(chosen.rounds):
            for name, session in sessions.items():
                taken[name].append(seconds(session, inputs, chosen.workers))
    first = next(iter(taken.values()))
    print(f"onnxruntime {ort.__version__}, {chosen.workers} workers, {len(inputs)} rows of {graph}")
    for name, times in taken.items():
        pace = len(inputs) / statistics.median(clock for clock, _ in times)
        clock, cpu = (
            statistics.median(
                one[kind] / other[kind] for one, other in zip(first, times, strict=True)
            )
            for kind in (0, 1)
        )
        print(f"{pace:8.1f} rows/s  clock {clock:5.3f}  cpu {cpu:5.3f}  {name}")


if __name__ == "__main__":
    main()
