"""A server under test: started, waited for, watched, stopped."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import memory

POLL = 0.01
SAMPLE = 0.25
PATIENCE = 120.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def parts(process: int) -> dict[str, int]:
    """Whose memory the PSS of one process is: its files, the malloc heap, and the largest anonymous mappings by
    their first address; bytes."""
    totals: dict[str, int] = {}
    name = ""
    for line in Path(f"/proc/{process}/smaps").read_text().splitlines():
        words = line.split()
        if words[0].endswith(":"):
            if words[0] == "Pss:":
                totals[name] = totals.get(name, 0) + int(words[1]) * 1024
        elif len(words) > 5:
            name = Path(words[5]).name
        else:
            name = f"anonymous {words[0].split('-')[0]}"
    named = sorted(totals.items(), key=lambda item: -item[1])
    return dict(named[:20]) | {"others": sum(size for _, size in named[20:])}


class Memory(threading.Thread):
    """The PSS of a process tree, sampled: peak over the time since `mark`, and all samples with their times."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.root = root
        self.samples: list[tuple[float, int]] = []
        self.ended = threading.Event()

    def run(self) -> None:
        began = time.monotonic()
        while not self.ended.wait(SAMPLE):
            now = memory.pss(memory.tree(self.root))
            if now > 0:
                self.samples.append((time.monotonic() - began, now))

    def mark(self) -> int:
        return len(self.samples)

    def peak(self, since: int = 0) -> int:
        return max((pss for _, pss in self.samples[since:]), default=0)


@dataclass(frozen=True)
class Ask:
    """How one text is sent: its JSON string between `before` and `after`."""

    path: str = "/predict"
    before: str = '{"inputs":'
    after: str = "}"

    def environment(self) -> dict[str, str]:
        """For post.lua."""
        return {"DECANT_PATH": self.path, "DECANT_BEFORE": self.before, "DECANT_AFTER": self.after}


class Server:
    """A process that answers `ready` with 200 once it serves; its output goes to a file beside the results."""

    def __init__(self, name: str, command: list[str], ready: str, log: Path, ask: Ask = Ask()) -> None:
        self.name = name
        self.ask = ask
        self.port = free_port()
        words = [word.replace("PORT", str(self.port)) for word in command]
        with log.open("wb") as output:
            began = time.monotonic()
            self.process = subprocess.Popen(
                words, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
        while self.status(ready) != 200:
            if self.process.poll() is not None or time.monotonic() - began > PATIENCE:
                self.stop()
                raise SystemExit(f"{name} did not get ready; see {log}")
            time.sleep(POLL)
        self.start_seconds = time.monotonic() - began
        self.memory = Memory(self.process.pid)
        self.memory.start()

    def status(self, path: str) -> int:
        try:
            return self.call("GET", path)[0]
        except OSError:
            return 0

    def call(self, method: str, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def cpu_seconds(self) -> float:
        """CPU time of the process tree so far; of processes that have ended, nothing."""
        ticks = 0
        for process in memory.tree(self.process.pid):
            try:
                # Behind the name, which may hold spaces: utime and stime are fields 14 and 15.
                fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
                ticks += int(fields[11]) + int(fields[12])
            except OSError:
                continue
        return ticks / os.sysconf("SC_CLK_TCK")

    def counter(self, name: str) -> float:
        """The sum of a Prometheus counter over its labels; 0 where the server has none of that name."""
        status, body = self.call("GET", "/metrics")
        lines = body.decode().splitlines() if status == 200 else []
        return sum(
            float(line.rsplit(" ", 1)[1])
            for line in lines
            if line.split("{")[0].split(" ")[0] == name
        )

    def post_file(self, path: str, body: bytes) -> tuple[int, bytes]:
        """A bulk job: its whole answer, and nothing said of how it went on the way."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        try:
            connection.request("POST", path, body, {"content-type": "text/csv"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def stop(self) -> None:
        if hasattr(self, "memory"):
            self.memory.ended.set()
        if self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
