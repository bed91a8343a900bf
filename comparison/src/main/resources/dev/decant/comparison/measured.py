"""What the Python approaches of `decant bench` share: rows in, labels out, and the figures of the run.

The labels go to JSON Lines, a row each, as `decant classify -o labels.jsonl` writes them; the figures go to JSON under
the names that `decant classify --report` uses, so that one reader reads all approaches.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import sys
import time
from datetime import datetime, timezone


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--model", required=True, help="folder")
    parser.add_argument("--rows", required=True, help="CSV file with the columns index and text")
    parser.add_argument("--labels", required=True, help="JSON Lines file to write")
    parser.add_argument("--report", required=True, help="JSON file to write")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--threads", type=int, required=True, help="in each process")
    return parser


class Run:
    """From the moment at which the model is loaded to the last label written."""

    def __init__(self, chosen, workers=1):
        self.chosen = chosen
        self.workers = workers
        self.latencies = []
        self.batched_rows = 0
        self.first = None
        self.started_at = datetime.now(timezone.utc)
        self.began = time.perf_counter()

    def texts(self):
        csv.field_size_limit(sys.maxsize)
        with open(self.chosen.rows, newline="", encoding="utf-8") as file:
            return [row["text"] for row in csv.DictReader(file)]

    def batch(self, rows, seconds):
        """Counts a batch of so many rows, answered just now, that took so long."""
        if self.first is None:
            self.first = time.perf_counter() - self.began
        self.batched_rows += rows
        self.latencies.append(seconds)

    def finish(self, results):
        """Writes a label and a score for each row, then the figures."""
        labels = {}
        with open(self.chosen.labels, "w", encoding="utf-8") as file:
            for index, (label, score) in enumerate(results):
                labels[label] = labels.get(label, 0) + 1
                row = {"index": str(index), "label": label, "score": float(score)}
                file.write(json.dumps(row) + "\n")
        elapsed = time.perf_counter() - self.began
        count = sum(labels.values())
        report = {
            "ending": {"kind": "completed"},
            "started_at": self.started_at.isoformat(),
            "seconds_to_first_rows": self.first or 0.0,
            "elapsed_seconds": elapsed,
            "rows": {"in": count, "scored": count, "failed": 0, "skipped": 0},
            "configuration": {"workers": self.workers, "threads_per_worker": self.chosen.threads},
            "batches": {
                "calls": len(self.latencies),
                "mean_rows": self.batched_rows / max(1, len(self.latencies)),
            },
            "stages_ms": {"inference_batch": summary(self.latencies)},
        }
        with open(self.chosen.report, "w", encoding="utf-8") as file:
            json.dump(report, file)


def summary(latencies):
    """The histogram's figures in milliseconds; percentiles by nearest rank."""
    ranked = sorted(1000 * seconds for seconds in latencies) or [0.0]

    def percentile(part):
        return ranked[max(0, math.ceil(part * len(ranked)) - 1)]

    return {
        "count": len(latencies),
        "mean": sum(ranked) / len(ranked),
        "p50": percentile(0.50),
        "p95": percentile(0.95),
        "p99": percentile(0.99),
        "max": ranked[-1],
    }
