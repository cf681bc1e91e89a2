#!/usr/bin/env python3
"""Logs: bytes a second on one core, against other ways to get at the same numbers, and memory.

    .venv-test/bin/python tests/bench/log_bench.py [--program build/release/onnxcheck]
        [--megabytes 1000] [--runs 3] [--only hand,noise]

Makes its logs in a temporary folder (one at a time) and prints what was measured / what the project holds.
onnxcheck is timed as a whole process (`parse`), which gives every point of every metric a place in a series.
Its peers read the same file in the same run, on the same core, in turn with it: Python's re.findall over all
lines for the same four metrics, and ripgrep for one of them, both writing to a file as onnxcheck does. What
counts is the processor time that each of them takes, user and system, the best of several runs on a file that
has just been read. Only the figure for two cores is one of wall time, so that it needs them free: the
processor time beside it shows what two threads take from each other.
Exits with 1 when a figure is missed.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

from figures import Figures

LEAST_AGAINST_PYTHON = 10
LEAST_AGAINST_RIPGREP = 3
LEAST_ON_TWO_CORES = 1.8
VALUE_BYTES = 8
MOST_BEYOND_POINTS = 100e6

FINDALL = r"""
import re, sys, time
pattern = re.compile(r"(train_loss|val_loss|accuracy|lr): ([-+.\deE]+)")
series, start = {}, time.process_time()
with open(sys.argv[1]) as file:
    for line in file:
        for name, value in re.findall(pattern, line):
            series.setdefault(name, []).append(float(value))
print(time.process_time() - start)
"""


def hand(r, i):
    return ("epoch %d step %d | train_loss: %.4f | val_loss: %.4f | accuracy: %.4f | lr: %.3e\n"
            % (i // 5000, i, r() * 3, r() * 3, r(), r() / 1000))


def stamped(r, i):
    return ("2024-06-17 %02d:%02d:%02d,%03d - trainer - INFO - Epoch: %d, step: %d, train_loss: %.4f, val_loss: %.4f, "
            "accuracy: %.2f%%, lr: %.3e\n"
            % (i // 3600 % 24, i // 60 % 60, i % 60, i % 1000, i // 5000, i, r() * 3, r() * 3, r() * 100, r() / 1000))


def noise(r, i):
    return ("Loading shard %05d of data/train-%03d.tfrecord into the cache of worker %d\n" % (i, i % 1000, i % 8),
            "Copied 128 files to /scratch/job/data/part-%04d, nothing left to do for this rank\n" % (i % 77),
            "rank %d waits for the others at the barrier before it reads the next part of the data\n" % (i % 8),
            "worker %d has handed over part %d of what it has read so far to the queue of the loader\n" % (i % 8, i),
            )[i % 4]


def bars(r, i):
    epoch, step = divmod(i, 500)
    done = "=" * (step * 29 // 500)
    return (("Epoch %d/100000\n" % (epoch + 1) if step == 0 else "") +
            "%3d/500 [%s>%s] - ETA: %ds - loss: %.4f - accuracy: %.4f" %
            (step + 1, done, "." * (29 - len(done)), (500 - step) // 10, r() * 3, r()) +
            ("\r" if step < 499 else "\n"))


def json_lines(r, i):
    return ('{"epoch": %d, "step": %d, "train_loss": %.6f, "val_loss": %.6f, "accuracy": %.6f, "lr": %.6f}\n'
            % (i // 5000, i, r() * 3, r() * 3, r(), r() / 1000))


def csv(r, i):
    if i == 0:
        return "epoch,accuracy,loss,val_accuracy,val_loss\n"
    return "%d,%r,%r,%r,%r\n" % (i - 1, r(), r() * 3, r(), r() * 3)


# Name, lines, share of the megabytes, and the megabytes a second that the project holds.
LOGS = {
    "hand": ("hand-written, four metrics a line", hand, 1.0, 500),
    "stamped": ("Python logging, four metrics a line", stamped, 0.5, None),
    "noise": ("noise, no metric", noise, 1.0, 1500),
    "bars": ("Keras bars, states divided by \\r", bars, 1.0, 1000),
    "json": ("JSON lines", json_lines, 0.5, 700),
    "csv": ("CSV", csv, 0.5, 500),
}


def write(path, line, size):
    uniform = random.Random(1).random
    written = i = 0
    with open(path, "w", encoding="ascii") as file:
        while written < size:
            block = "".join([line(uniform, j) for j in range(i, i + 20000)])
            file.write(block)
            written += len(block)
            i += 20000


# A small parent: a process that has not yet become its program has its parent's memory as its peak.
MEASURE = """
import os, sys, time
cores = [int(core) for core in sys.argv[1].split(",")]
os.sched_setaffinity(0, cores)
start = time.perf_counter()
child = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ,
                       file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.environ["BENCH_OUT"],
                                      os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)])
_, status, usage = os.wait4(child, 0)
print(os.waitstatus_to_exitcode(status), time.perf_counter() - start,
      usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)
"""


def run(command, cores, out):
    """Wall time and processor time in seconds, and peak resident memory in bytes."""
    text = subprocess.run([sys.executable, "-c", MEASURE, ",".join(map(str, cores))] + command,
                          stdout=subprocess.PIPE, check=True, text=True,
                          env={**os.environ, "BENCH_OUT": out}).stdout.split()
    if int(text[0]) not in (0, 1):
        sys.exit("%s ended with %s" % (command[0], text[0]))
    return float(text[1]), float(text[2]), int(text[3])


def in_turn(commands, out, runs):
    """Of each (command, cores) the best wall time, the best processor time and the highest peak, run in turn."""
    best = [(float("inf"), float("inf"), 0)] * len(commands)
    for _ in range(runs):
        for i, (command, cores) in enumerate(commands):
            wall, cpu, memory = run(command, cores, out)
            best[i] = (min(best[i][0], wall), min(best[i][1], cpu), max(best[i][2], memory))
    return best


def warm(path):
    with open(path, "rb") as file:
        while file.read(1 << 24):
            pass


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default="build/release/onnxcheck")
    parser.add_argument("--megabytes", type=float, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default=",".join(LOGS))
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    core = sorted(os.sched_getaffinity(0))
    figures = Figures("logs, processor time of one core, measured / held")
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "out")
        for name in options.only.split(","):
            title, line, share, least = LOGS[name]
            path = os.path.join(folder, "train.csv" if name == "csv" else "train.log")
            write(path, line, options.megabytes * share * 1e6)
            size = os.path.getsize(path)
            warm(path)
            commands = [([program, "parse", path], core[:1])]
            ripgrep = shutil.which("rg") if name == "hand" else None
            if ripgrep:
                commands.append(([ripgrep, "-o", "-j1", r"train_loss: [-+.0-9eE]+", path], core[:1]))
            best = in_turn(commands, out, options.runs)
            _, seconds, memory = best[0]
            _, _, memory = run([program, "parse", path], core[:1], out)  # whose output is read below
            with open(out, encoding="utf-8") as file:
                log = json.load(file)
            points = sum(series["count"] for series in log["series"])
            kept = points * VALUE_BYTES
            figures.add(title, size / seconds / 1e6, least, unit="MB/s", note="%.0f MB" % (size / 1e6))
            figures.add("  memory beyond its points", (memory - kept) / 1e6, MOST_BEYOND_POINTS / 1e6, unit="MB",
                        most=True, note="%d points in %.0f MB" % (points, kept / 1e6))
            if name == "hand":
                python = re_findall(path, core)
                figures.add("  against re.findall, all four metrics", python / seconds, LEAST_AGAINST_PYTHON,
                            "%.1f", "times", note="%.0f MB/s" % (size / python / 1e6))
                if ripgrep:
                    figures.add("  against rg -o, one of them", best[1][1] / seconds, LEAST_AGAINST_RIPGREP,
                                "%.1f", "times", note="%.0f MB/s" % (size / best[1][1] / 1e6))
                else:
                    figures.missed.append("no ripgrep to compare with: tools/setup bench")
                if len(core) > 1:
                    on_two_cores(figures, program, path, core, folder, out, options.runs)
            os.remove(path)
    return figures.status()


def re_findall(path, core):
    return float(subprocess.run(["taskset", "-c", str(core[0]), sys.executable, "-c", FINDALL, path],
                                stdout=subprocess.PIPE, check=True, text=True).stdout)


def on_two_cores(figures, program, path, core, folder, out, runs):
    """Four runs of a project, a log each, and the four logs of one run."""
    project = os.path.join(folder, "project")
    logs = [os.path.join(project, "run%d" % i, "train.log") for i in range(4)]
    for log in logs:
        os.makedirs(os.path.dirname(log))
        os.link(path, log)
    for title, inputs in (("four such logs of four runs", [project]), ("four such logs of one run", logs)):
        command = [program, "check", "--no-config"] + inputs
        one, two = in_turn([(command + ["--jobs", "1"], core[:1]), (command + ["--jobs", "2"], core[:2])], out, runs)
        figures.add("  %s on two cores, wall time" % title, one[0] / two[0], LEAST_ON_TWO_CORES, "%.2f", "times",
                    note="two threads take %.2f of the processor time of one" % (two[1] / one[1]))
    shutil.rmtree(project)


if __name__ == "__main__":
    started = time.monotonic()
    status = main()
    print("%.0f s" % (time.monotonic() - started))
    sys.exit(status)
