"""The load benchmark of `decant serve`. Called by `run` beside it, which builds what it needs.

    run saturation [--peer PYTHON --peer-model FOLDER] [--infinity PROGRAM]
                                                           wrk at 1, 8, 32 and 512 connections; classify; memory
    run overload                                           ten times the saturation rate
    run bulk                                               interactive requests with and without a bulk job
    run mixed --minutes 30                                 all kinds of requests at once, and the slope of the memory

Each prints a table and writes benchmarks/load/results/PART.json. Linux only.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import platform
import shutil
import statistics
import subprocess
import threading
import time
from pathlib import Path

from servers import Ask, Server, parts

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CONNECTIONS = (1, 8, 32)
MANY_CONNECTIONS = 512
BULK_ROWS = 200_000


class Load:
    """The texts, the commands and the results of one run."""

    def __init__(self, chosen: argparse.Namespace) -> None:
        self.chosen = chosen
        self.folder = chosen.out
        self.folder.mkdir(parents=True, exist_ok=True)
        self.scratch = ROOT / "benchmarks/target/load"
        self.scratch.mkdir(parents=True, exist_ok=True)
        with chosen.texts.open(newline="", encoding="utf-8") as file:
            # The server and classify both run identical texts once: none is here twice.
            self.texts = list(dict.fromkeys(row[chosen.column] for row in csv.DictReader(file)))
        self.texts = [text for text in self.texts if text.strip()]
        self.lines = self.scratch / "texts.jsonl"
        self.lines.write_text("".join(json.dumps(text) + "\n" for text in self.texts))
        self.results: dict = {
            "part": chosen.part,
            "texts": len(self.texts),
            "from": chosen.texts.name,
            "model": chosen.model or "on board",
            "seconds": chosen.seconds,
            "rounds": chosen.rounds,
            "processors": os.cpu_count(),
            "processor": processor(),
            "kernel": platform.release(),
            "load_average_before": os.getloadavg(),
        }

    def decant(self, *options: str) -> Server:
        model = ["--model", self.chosen.model] if self.chosen.model else []
        extra = self.chosen.serve_options.split()
        command = [str(ROOT / "decant"), "serve", "--port", "PORT", *model, *extra, *options]
        server = Server("decant", command, "/readyz", self.scratch / "decant.log")
        print(f"decant: ready {server.start_seconds:.2f} s after its start", flush=True)
        self.results["start_to_ready_seconds"] = server.start_seconds
        return server

    def peer(self) -> Server | None:
        if not self.chosen.peer:
            return None
        command = [
            str(self.chosen.peer),
            str(ROOT / "benchmarks/python/fastapi_server.py"),
            "--port",
            "PORT",
            "--model",
            str(self.chosen.peer_model),
        ]
        if self.chosen.peer_weights:
            command += ["--weights", str(self.chosen.peer_weights)]
        return Server("fastapi", command, "/health", self.scratch / "fastapi.log")

    def infinity(self) -> Server | None:
        """The Infinity server on the file that Decant runs: it wants its models as the hub has them."""
        if not self.chosen.infinity:
            return None
        source = Path(self.chosen.model) if self.chosen.model else ROOT / "models/sst2-minilm"
        files = [source / name for name in ("model.onnx", "onnx/model_quantized.onnx", "onnx/model.onnx")]
        folder = self.scratch / "infinity-model"
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "onnx").mkdir(parents=True)
        shutil.copy(next(file for file in files if file.exists()), folder / "onnx/model.onnx")
        for file in source.iterdir():
            if file.suffix in (".json", ".txt"):
                shutil.copy(file, folder)
        # Without a warm-up of its own, which sends texts longer than the model takes.
        command = [str(self.chosen.infinity), "v2", "--model-id", str(folder), "--served-model-name", "m"]
        command += ["--engine", "optimum", "--device", "cpu", "--no-model-warmup"]
        command += ["--host", "127.0.0.1", "--port", "PORT", "--log-level", "warning"]
        os.environ.update(INFINITY_ANONYMOUS_USAGE_STATS="0", DO_NOT_TRACK="1", HF_HUB_OFFLINE="1")
        ask = Ask("/classify", '{"model":"m","input":[', "]}")
        return Server("infinity", command, "/health", self.scratch / "infinity.log", ask)

    def wrk(self, server: Server, connections: int, seconds: float) -> dict:
        since = server.memory.mark()
        shared = server.counter("decant_dedup_hits_total")
        cpu = server.cpu_seconds()
        output = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "--timeout", "60s"]
            + ["-s", str(HERE / "post.lua"), f"http://127.0.0.1:{server.port}"],
            env=os.environ | {"DECANT_TEXTS": str(self.lines)} | server.ask.environment(),
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        line = next(line for line in output.splitlines() if line.startswith("JSON "))
        result = json.loads(line[5:])
        result["rate"] = result["requests"] / result["seconds"]
        result["cpu_ms_per_request"] = (server.cpu_seconds() - cpu) * 1e3 / max(1, result["requests"])
        result["peak_pss"] = server.memory.peak(since)
        result["shared_texts"] = server.counter("decant_dedup_hits_total") - shared
        return result

    def classify(self) -> dict:
        texts = self.scratch / "texts.csv"
        with texts.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["text"])
            writer.writerows([text] for text in self.texts)
        report = self.scratch / "classify.json"
        model = ["--model", self.chosen.model] if self.chosen.model else []
        began = time.monotonic()
        subprocess.run(
            [str(ROOT / "decant"), "classify", str(texts), "--text", "text", *model]
            + ["-o", str(self.scratch / "labels.csv"), "--force", "--report", str(report)],
            check=True,
            capture_output=True,
        )
        wall = time.monotonic() - began
        told = json.loads(report.read_text())
        return {
            "rate": told["rows_per_second"],
            "cpu_ms_per_text": told["cpu_seconds"] * 1e3 / told["rows"]["in"],
            "wall_seconds": wall,
        }

    def open_loop(
        self, server: Server, rate: float, seconds: float, kind: str = "single", warm_up: float = 2
    ) -> dict:
        java = os.environ["DECANT_LOAD_JAVA"].split("\n")
        done = subprocess.run(
            [*java, "dev.decant.benchmarks.load.OpenLoop", str(server.port), str(self.lines)]
            + [f"{rate:.3f}", f"{seconds:g}", f"{warm_up:g}", kind, self.model_name(server)],
            capture_output=True,
            text=True,
            check=True,
        )
        if done.stderr:
            (self.scratch / "open-loop.log").write_text(done.stderr)
        return json.loads(done.stdout)

    @staticmethod
    def model_name(server: Server) -> str:
        return json.loads(server.call("POST", "/v2/repository/index")[1])[0]["name"]

    def saturation_rate(self, server: Server) -> float:
        """Requests a second with 32 connections, once the server is warm."""
        self.wrk(server, 32, min(5, self.chosen.seconds))
        rate = self.wrk(server, 32, self.chosen.seconds)["rate"]
        print(f"saturation: {rate:.0f} requests/s with 32 connections", flush=True)
        self.results["saturation_rate"] = rate
        return rate

    def write(self) -> None:
        self.results["load_average_after"] = os.getloadavg()
        path = self.folder / f"{self.chosen.part}.json"
        path.write_text(json.dumps(self.results, indent=2) + "\n")
        print(f"written: {path}")


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def saturation(load: Load) -> None:
    """Closed loops with wrk, the peer and classify in turns: all meet the same machine."""
    servers = [load.decant()]
    for peer in (load.peer(), load.infinity()):
        if peer is not None:
            print(f"{peer.name}: ready {peer.start_seconds:.2f} s after its start", flush=True)
            load.results[f"{peer.name}_start_to_ready_seconds"] = peer.start_seconds
            servers.append(peer)
    runs: dict[tuple[str, int], list[dict]] = {}
    classified = []
    try:
        for server in servers:
            load.wrk(server, 8, min(5, load.chosen.seconds))  # The first requests are slower.
        for _ in range(load.chosen.rounds):
            classified.append(load.classify())
            for connections in CONNECTIONS:
                for server in servers:
                    run = load.wrk(server, connections, load.chosen.seconds)
                    runs.setdefault((server.name, connections), []).append(run)
        for server in servers:
            run = load.wrk(server, MANY_CONNECTIONS, load.chosen.seconds)
            runs[server.name, MANY_CONNECTIONS] = [run]
    finally:
        for server in servers:
            server.stop()
    rate = statistics.median(run["rate"] for run in classified)
    ratios = [
        max(runs["decant", connections][i]["rate"] for connections in CONNECTIONS)
        / classified[i]["rate"]
        for i in range(load.chosen.rounds)
    ]
    load.results["classify"] = classified
    load.results["saturation_against_classify"] = ratios
    load.results["wrk"] = {f"{name} {count}": all_ for (name, count), all_ in runs.items()}
    print(f"\n{'server':9} {'conn.':>5} {'requests/s':>11} {'p50 ms':>8} {'p99 ms':>8} {'CPU ms':>7}"
          f" {'peak PSS MB':>12}  statuses")
    for (name, connections), all_ in sorted(runs.items()):
        middle = {key: statistics.median(run[key] for run in all_) for key in ("rate", "p50_ms", "p99_ms", "cpu_ms_per_request")}
        statuses: dict[str, int] = {}
        for run in all_:
            for status, count in run["statuses"].items():
                statuses[status] = statuses.get(status, 0) + count
        broken = sum(run["broken"] for run in all_)
        peak = max(run["peak_pss"] for run in all_) / 1e6
        print(
            f"{name:9} {connections:5} {middle['rate']:11.1f} {middle['p50_ms']:8.1f} {middle['p99_ms']:8.1f}"
            f" {middle['cpu_ms_per_request']:7.2f} {peak:12.1f}  {statuses}" + (f", broken {broken}" if broken else "")
        )
    shared = sum(run["shared_texts"] for all_ in runs.values() for run in all_)
    cost = statistics.median(run["cpu_ms_per_text"] for run in classified)
    print(f"classify: {rate:.1f} texts/s, {cost:.2f} ms CPU a text; saturation against it, round by round: "
          + ", ".join(f"{ratio:.1%}" for ratio in ratios)
          + f"; answers shared by identical texts: {shared:.0f}")


def rows_of(result: dict) -> list[tuple[str, dict]]:
    return sorted(result["outcomes"].items())


def show(title: str, result: dict) -> None:
    late = result["sent_late_ms"]
    print(f"\n{title}: {result['rate']:.0f} requests/s for {result['seconds']:g} s;"
          f" sent late by p50 {late.get('p50', 0):.1f}, p99 {late.get('p99', 0):.1f} ms (counted as latency)")
    for name, figures in rows_of(result):
        print(f"  {name:18} {figures['count']:8}  p50 {figures['p50']:8.1f}  p99 {figures['p99']:8.1f}"
              f"  max {figures['max']:8.1f} ms")


def overload(load: Load) -> None:
    """1.2 and 10 times the saturation rate, in turns: what is accepted takes as long, the rest is told to wait."""
    options = ["--max-queue-rows", str(load.chosen.queue_rows)] if load.chosen.queue_rows else []
    server = load.decant(*options)
    try:
        rate = load.saturation_rate(server)
        rounds = []
        for _ in range(load.chosen.rounds):
            since = server.memory.mark()
            pair = {
                "full": load.open_loop(server, 1.2 * rate, load.chosen.seconds, warm_up=10),
                "overload": load.open_loop(server, 10 * rate, load.chosen.seconds, warm_up=10),
            }
            pair["peak_pss"] = server.memory.peak(since)
            rounds.append(pair)
            show("just full", pair["full"])
            show("ten times", pair["overload"])
            full, over = pair["full"]["outcomes"], pair["overload"]["outcomes"]
            pair["p99_ratio"] = over["single 200"]["p99"] / full["single 200"]["p99"]
            pair["accepted_per_second"] = over["single 200"]["count"] / load.chosen.seconds
            pair["others"] = sum(
                figures["count"] for name, figures in over.items() if name not in ("single 200", "single 429")
            )
            print(
                f"  accepted p99, ten times against just full: {pair['p99_ratio']:.2f};"
                f" accepted {pair['accepted_per_second']:.0f}/s;"
                f" neither 200 nor 429: {pair['others']};"
                f" 429 without Retry-After: {pair['overload']['refused_without_retry_after']};"
                f" peak PSS {pair['peak_pss'] / 1e6:.1f} MB"
            )
        load.results["overload"] = rounds
    finally:
        server.stop()


class BulkJobs(threading.Thread):
    """Bulk jobs one after the other until told to stop; a job that is cut off then is cancelled, not counted."""

    def __init__(self, load: Load, server: Server, rows: int) -> None:
        super().__init__(daemon=True)
        self.server = server
        self.rows = rows
        file = io.StringIO()
        writer = csv.writer(file)
        writer.writerow(["id", "text"])
        # Not the interactive texts, and none twice.
        writer.writerows((i, f"{load.texts[i % len(load.texts)]} job {i}") for i in range(rows))
        self.body = file.getvalue().encode()
        self.ended = threading.Event()
        self.done = 0
        self.rows_back = 0
        self.faults: list[str] = []

    def run(self) -> None:
        while not self.ended.is_set():
            try:
                status, answer = self.server.post_file("/v1/jobs?column=text", self.body)
            except Exception as e:  # noqa: BLE001 - whatever it is, it is told at the end
                if not self.ended.is_set():
                    self.faults.append(repr(e))
                return
            rows = answer.count(b"\n") - 1
            if status == 200 and rows == self.rows:
                self.done += 1
                self.rows_back += rows
            else:
                self.faults.append(f"{status}: {rows} rows, {answer[:100]!r}")

    def stop(self) -> None:
        self.ended.set()
        for job in json.loads(self.server.call("GET", "/v1/jobs")[1])["jobs"]:
            if job["state"] == "running":
                self.server.call("DELETE", f"/v1/jobs/{job['id']}")
        self.join(60)


def bulk(load: Load) -> None:
    """Interactive requests at a share of the saturation rate, in turns without and with a bulk job beside them."""
    server = load.decant()
    try:
        rate = load.saturation_rate(server) * load.chosen.share
        rounds = []
        for _ in range(load.chosen.rounds):
            alone = load.open_loop(server, rate, load.chosen.seconds)
            jobs = BulkJobs(load, server, BULK_ROWS)
            before = server.counter("decant_texts_total"), server.counter("decant_requests_total")
            jobs.start()
            beside = load.open_loop(server, rate, load.chosen.seconds)
            busy = json.loads(server.call("GET", "/v1/jobs")[1])["jobs"]
            jobs.stop()
            rows = sum(job["scored"] for job in busy if job["state"] == "running")
            show("alone", alone)
            show("beside a bulk job", beside)
            ratio = beside["outcomes"]["single 200"]["p99"] / alone["outcomes"]["single 200"]["p99"]
            middle = beside["outcomes"]["single 200"]["p50"] / alone["outcomes"]["single 200"]["p50"]
            print(f"  with against without: p99 {ratio:.2f}, p50 {middle:.2f} (p99 asked: at most 1.25);"
                  f" the job had {rows} rows done; its faults: {jobs.faults or 'none'}")
            rounds.append({"alone": alone, "beside": beside, "p99_ratio": ratio, "bulk_rows": rows, "faults": jobs.faults})
        ratios = sorted(each["p99_ratio"] for each in rounds)
        print(f"\np99 with against without a bulk job: median {statistics.median(ratios):.2f}"
              f" ({ratios[0]:.2f} to {ratios[-1]:.2f})")
        load.results["bulk"] = rounds
    finally:
        server.stop()


def slope(samples: list[tuple[float, int]]) -> float:
    """Bytes a second, by least squares."""
    times = [at for at, _ in samples]
    return statistics.linear_regression(times, [pss for _, pss in samples]).slope if len(times) > 2 else 0.0


def mixed(load: Load) -> None:
    """All kinds of requests at once; memory from the second sixth of the time on, when all has been used once."""
    server = load.decant()
    try:
        rate = load.saturation_rate(server) * load.chosen.share
        jobs = BulkJobs(load, server, 2_000)
        jobs.start()
        seconds = load.chosen.minutes * 60
        load.results["parts_before"] = parts(server.process.pid)
        since = server.memory.mark()
        # A tenth of the requests brings eight texts, another tenth four.
        result = load.open_loop(server, rate / 2.5, seconds, "mixed")
        load.results["parts_after"] = parts(server.process.pid)
        jobs.stop()
        show("mixed", result)
        samples = server.memory.samples[since:]
        settled = samples[len(samples) // 6 :]
        sixths = [
            statistics.median(pss for _, pss in samples[i * len(samples) // 6 : (i + 1) * len(samples) // 6])
            for i in range(6)
        ]
        load.results["mixed"] = result
        load.results["bulk_jobs"] = {"done": jobs.done, "rows": jobs.rows_back, "faults": jobs.faults}
        load.results["pss_slope_bytes_per_second"] = slope(settled)
        load.results["pss_sixths"] = sixths
        load.results["pss_peak"] = server.memory.peak(since)
        load.results["pss_samples"] = samples[::20]
        print(f"  bulk jobs done: {jobs.done} with {jobs.rows_back} rows; faults: {jobs.faults or 'none'}")
        print("  PSS by sixths of the time (median, MB): " + ", ".join(f"{pss / 1e6:.1f}" for pss in sixths)
              + f"; peak {server.memory.peak(since) / 1e6:.1f}")
        print(f"  slope after the first sixth: {slope(settled) * 3600 / 1e6:+.2f} MB an hour")
        before, after = load.results["parts_before"], load.results["parts_after"]
        grown = {name: after.get(name, 0) - before.get(name, 0) for name in before | after}
        largest = sorted(grown.items(), key=lambda item: -abs(item[1]))[:5]
        print("  where PSS moved most, MB: " + ", ".join(f"{name} {size / 1e6:+.1f}" for name, size in largest))
        load.results["queue_after"] = server.counter("decant_queue_rows")
        load.results["dropped"] = server.counter("decant_dropped_requests_total")
        print(f"  afterwards: rows in the queue {load.results['queue_after']:.0f},"
              f" requests dropped whose client had gone {load.results['dropped']:.0f}")
    finally:
        server.stop()


PARTS = {"saturation": saturation, "overload": overload, "bulk": bulk, "mixed": mixed}


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="benchmarks/load/run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--texts", type=Path, default=ROOT / "examples/reviews.csv", help="a CSV file")
    parser.add_argument("--column", default="description", help="its column with the texts")
    parser.add_argument("--model", default="", help="a model folder for Decant; otherwise the one on board")
    parser.add_argument("--serve-options", default="", help="more options for decant serve, in one word")
    parser.add_argument("--seconds", type=float, default=20, help="the length of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=30, help="mixed: how long")
    parser.add_argument("--share", type=float, default=0.3, help="bulk, mixed: of the saturation rate")
    parser.add_argument("--queue-rows", type=int, default=0, help="overload: the server's --max-queue-rows")
    parser.add_argument("--peer", type=Path, help="saturation: the python of a venv for the FastAPI server")
    parser.add_argument("--peer-model", type=Path, help="the model's folder for it")
    parser.add_argument("--peer-weights", type=Path, help="torch weights for it, where the folder has none")
    parser.add_argument("--infinity", type=Path, help="saturation: the infinity_emb of a venv, on Decant's own model")
    parser.add_argument("--out", type=Path, default=HERE / "results", help="the folder for the results")
    chosen = parser.parse_args()
    if chosen.peer and not chosen.peer_model:
        parser.error("--peer needs --peer-model")
    load = Load(chosen)
    PARTS[chosen.part](load)
    load.write()


if __name__ == "__main__":
    main()
