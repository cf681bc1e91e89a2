#!/usr/bin/env python3
"""Lint of a large model against onnx.checker.check_model, and of ever larger graphs.

    .venv-test/bin/python tests/bench/model_lint_bench.py [--program build/release/onnxcheck]
        [--gigabytes 1.6] [--no-graphs]

Makes its models in a temporary folder (about twice the size of the first one while it works)
and prints two tables. Exits with 1 when a figure that the project holds is missed: 300x faster
than check_model and under 64 MiB for the large file, at most 12x the time for 10x the nodes.
Both sides read a file that has just been read, and the best of several runs counts; onnxcheck is
timed as a whole process, check_model as the one call inside a process that is up already.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time

CHECK_MODEL = """
import sys, time, onnx
best = float("inf")
for _ in range(int(sys.argv[2])):
    start = time.perf_counter()
    onnx.checker.check_model(sys.argv[1])
    best = min(best, time.perf_counter() - start)
print(best)
"""

LEAST_RATIO = 300
MOST_MEMORY = 64 << 20
MOST_GROWTH = 12


def write_large(path, size):
    from onnx import TensorProto, helper

    width = 1024
    layers = max(1, round(size / (4 * width * width)))
    nodes, weights = [], []
    for i in range(layers):
        tensor = TensorProto(name=f"w{i}", data_type=TensorProto.FLOAT, dims=[width, width])
        tensor.raw_data = os.urandom(width) * (4 * width)
        weights.append(tensor)
        nodes.append(helper.make_node("MatMul", [f"x{i}", f"w{i}"], [f"x{i + 1}"], name=f"layer{i}"))
    shape = ["batch", width]
    graph = helper.make_graph(
        nodes, "large",
        [helper.make_tensor_value_info("x0", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(f"x{layers}", TensorProto.FLOAT, shape)], weights)
    save(path, graph)


def write_long(path, count):
    from onnx import TensorProto, helper

    nodes = []
    for i in range(count):
        op = ("Relu", "Add", "Sigmoid", "Mul")[i % 4]
        inputs = [f"x{i}", "c"] if i % 2 else [f"x{i}"]
        nodes.append(helper.make_node(op, inputs, [f"x{i + 1}"], name=f"layer{i}/{op}"))
    shape = ["batch", 64]
    graph = helper.make_graph(
        nodes, "long",
        [helper.make_tensor_value_info("x0", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(f"x{count}", TensorProto.FLOAT, shape)],
        [helper.make_tensor("c", TensorProto.FLOAT, [1], [0.5])])
    save(path, graph)


def save(path, graph):
    from onnx import helper

    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    with open(path, "wb") as file:
        file.write(model.SerializeToString())


def lint(program, path, runs):
    """Best wall time in seconds and peak resident memory in bytes of the whole process."""
    best, memory = float("inf"), 0
    for _ in range(runs):
        # A process that has not yet become its program still has its parent's memory, and that
        # counts as its peak: a small parent starts it.
        out = subprocess.run(
            [sys.executable, "-c", MEASURE, program, "check", "--no-config", path],
            stdout=subprocess.PIPE, check=True, text=True).stdout.split()
        status, seconds, peak = int(out[-3]), float(out[-2]), int(out[-1])
        if status not in (0, 1):
            sys.exit(f"{program} ended with {status}")
        best, memory = min(best, seconds), max(memory, peak)
    return best, memory


MEASURE = """
import os, sys, time
start = time.perf_counter()
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ,
                       file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
_, status, usage = os.wait4(child, 0)
print(os.waitstatus_to_exitcode(status), time.perf_counter() - start, usage.ru_maxrss * 1024)
"""


def check_model(path, runs):
    out = subprocess.run([sys.executable, "-c", CHECK_MODEL, path, str(runs)],
                         stdout=subprocess.PIPE, check=True, text=True).stdout
    return float(out)


def warm(path):
    with open(path, "rb") as file:
        while file.read(1 << 24):
            pass


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default="build/release/onnxcheck")
    parser.add_argument("--gigabytes", type=float, default=1.6)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--no-graphs", action="store_true")
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "large.onnx")
        # In a process of its own, whose memory is gone before anything is measured.
        subprocess.run([sys.executable, "-c",
                        "import sys; sys.path.insert(0, sys.argv[1]); import model_lint_bench; "
                        "model_lint_bench.write_large(sys.argv[2], float(sys.argv[3]))",
                        os.path.dirname(os.path.abspath(__file__)), path,
                        str(options.gigabytes * 1e9)], check=True)
        size = os.path.getsize(path)
        warm(path)
        ours, memory = lint(program, path, options.runs)
        theirs = check_model(path, max(2, options.runs // 2))
        ratio = theirs / ours
        print(f"large model, {size / 1e9:.2f} GB in one file")
        print(f"  {'onnx.checker.check_model(path)':32} {theirs * 1e3:10.1f} ms")
        print(f"  {'onnxcheck':32} {ours * 1e3:10.1f} ms  {ratio:8.0f}x"
              f"  {memory / (1 << 20):6.1f} MiB peak")
        if ratio < LEAST_RATIO:
            missed.append(f"{ratio:.0f}x is under {LEAST_RATIO}x")
        if memory > MOST_MEMORY:
            missed.append(f"{memory >> 20} MiB is over {MOST_MEMORY >> 20} MiB")
        os.remove(path)
        if not options.no_graphs:
            print("graphs of many nodes")
            before = None
            for count in (10_000, 100_000, 1_000_000):
                path = os.path.join(folder, f"{count}.onnx")
                write_long(path, count)
                seconds, memory = lint(program, path, 3)
                growth = seconds / before if before else None
                print(f"  {count:10,} nodes {seconds * 1e3:10.1f} ms"
                      f"  {seconds / count * 1e6:6.2f} us a node  {memory / (1 << 20):8.1f} MiB peak"
                      + (f"  {growth:5.1f}x" if growth else ""))
                if growth and growth > MOST_GROWTH:
                    missed.append(f"{growth:.1f}x the time for 10x the nodes at {count:,}")
                before = seconds
                os.remove(path)
    for line in missed:
        print("missed:", line)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
