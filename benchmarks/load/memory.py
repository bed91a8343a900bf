"""The memory of a process tree, from /proc/PID/smaps_rollup: Linux only."""

from __future__ import annotations

from pathlib import Path


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
