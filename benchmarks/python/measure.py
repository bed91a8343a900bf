"""Runs a command and says what its whole process tree used: wall time, CPU time, peak PSS.

    python measure.py [--runs 3] -- ./decant classify reviews.csv --text description -o out.csv --force

PSS is sampled from /proc/PID/smaps_rollup of the command and all processes below it, twenty times a
second; a peak between two samples is missed. Linux only.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import time
from pathlib import Path

INTERVAL = 0.05


def tree(root: int) -> list[int]:
    processes = [root]
    for process in processes:
        for children in Path(f"/proc/{process}/task").glob("*/children"):
            try:
                processes += [int(child) for child in children.read_text().split()]
            except OSError:
                continue  # The thread has ended.
    return processes


def pss(processes: list[int]) -> int:
    """Bytes; a process that has ended meanwhile counts nothing."""
    kilobytes = 0
    for process in processes:
        try:
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
        except OSError:
            continue
        kilobytes += sum(
            int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")
        )
    return kilobytes * 1024


def run(command: list[str]) -> tuple[float, float, int]:
    """Wall seconds, CPU seconds, peak PSS in bytes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        peak = max(peak, pss(tree(process.pid)))
        time.sleep(INTERVAL)
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode != 0:
        raise SystemExit(f"{command[0]} ended with exit code {process.returncode}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, peak


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("command", nargs="+")
    chosen = parser.parse_args()
    runs = [run(chosen.command) for _ in range(chosen.runs)]
    for name, unit, values in (
        ("wall", "s", [wall for wall, _, _ in runs]),
        ("cpu", "s", [cpu for _, cpu, _ in runs]),
        ("peak PSS", "MB", [peak / 1e6 for _, _, peak in runs]),
    ):
        print(
            f"{name:9} {statistics.median(values):8.2f} {unit}"
            f"  (min {min(values):.2f}, max {max(values):.2f}, {len(values)} runs)"
        )


if __name__ == "__main__":
    main()
