#!/usr/bin/env python3
"""Event files: onnxcheck against tbparse and against TensorBoard's data server, which is written in Rust.

    python tests/bench/events_bench.py [--program build/release/onnxcheck] [--steps 100000]

Needs the packages of tests/bench/requirements.txt. Makes one event file of four scalars a step in a temporary
folder, with an image of 1 MB every twentieth of the way, and prints what was measured / what the project holds.
Every side reads a file that has just been read and extracts every scalar; the best of several runs, in turn, counts. onnxcheck is timed as a whole process,
tbparse as the one call inside a process that is up already, the data server from its start to the end of its
first load (it keeps no more than its reservoir, but reads and checks everything). Exits with 1 when a figure that
the project holds is missed: 20x tbparse, faster than the data server.
"""

import argparse
import importlib.util
import os
import struct
import subprocess
import sys
import tempfile
import time

from figures import Figures

LEAST_AGAINST_TBPARSE = 20
LEAST_AGAINST_SERVER = 1
TAGS = ("loss/train", "accuracy/train", "lr", "grad_norm")

TBPARSE = """
import sys, time
from tbparse import SummaryReader
best = float("inf")
for _ in range(int(sys.argv[2])):
    start = time.perf_counter()
    rows = len(SummaryReader(sys.argv[1]).scalars)
    best = min(best, time.perf_counter() - start)
print(best, rows)
"""


def crc_table():
    table = []
    for i in range(256):
        for _ in range(8):
            i = i >> 1 ^ (0x82F63B78 if i & 1 else 0)
        table.append(i)
    return table


TABLE = crc_table()


def masked_crc(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ TABLE[(crc ^ byte) & 255]
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def record(payload, crc=None):
    length = struct.pack("<Q", len(payload))
    crc = masked_crc(payload) if crc is None else crc
    return length + struct.pack("<I", masked_crc(length)) + payload + struct.pack("<I", crc)


def varint(number):
    out = bytearray()
    while number >= 128:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes(out) + bytes([number])


def field(number, payload):
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def event(step, value):
    return b"\x09" + struct.pack("<d", 1.7e9 + step) + b"\x10" + varint(step) + field(5, field(1, value))


def write(path, steps):
    image = event(0, field(1, b"image") + field(4, field(4, bytes(1 << 20))))
    image = record(image)
    with open(path, "wb") as file:
        file.write(record(b"\x09" + struct.pack("<d", 1.7e9) + field(3, b"brain.Event:2")))
        for step in range(steps):
            for i, tag in enumerate(TAGS):
                value = b"\x15" + struct.pack("<f", (i + 1) / (step + 1))
                file.write(record(event(step, field(1, tag.encode()) + value)))
            if step % max(1, steps // 20) == 0:
                file.write(image)
    return steps * len(TAGS)


def ours(program, path):
    start = time.perf_counter()
    subprocess.run([program, "check", "--no-config", path], stdout=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def data_server(folder):
    import tensorboard_data_server

    start = time.perf_counter()
    server = subprocess.Popen(
        [tensorboard_data_server.server_binary(), "--logdir", folder, "--port", "0", "--reload", "once",
         "--samples-per-plugin", "scalars=0", "--verbose"],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    seconds = float("inf")
    for line in server.stderr:
        if "Finished load cycle" in line:
            seconds = time.perf_counter() - start
            break
    server.kill()
    server.wait()
    return seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default="build/release/onnxcheck")
    parser.add_argument("--steps", type=int, default=100000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    if not all(map(importlib.util.find_spec, ("tbparse", "tensorboard_data_server"))):
        print("missed: nothing to compare with: pip install -r tests/bench/requirements.txt")
        return 1
    figures = Figures("event files, wall time, measured / held")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "events.out.tfevents.1700000000.host")
        points = write(path, options.steps)
        size = os.path.getsize(path)
        with open(path, "rb") as file:
            while file.read(1 << 24):
                pass
        program = os.path.abspath(options.program)
        mine = server = float("inf")
        for _ in range(options.runs):
            mine = min(mine, ours(program, path))
            server = min(server, data_server(folder))
        out = subprocess.run([sys.executable, "-c", TBPARSE, path, str(max(1, options.runs // 2))],
                             stdout=subprocess.PIPE, check=True, text=True).stdout.split()
        theirs, rows = float(out[0]), int(out[1])
        figures.add("four scalars a step", size / mine / 1e6, unit="MB/s",
                    note="%.0f MB, %d scalars (%d in tbparse)" % (size / 1e6, points, rows))
        figures.add("  against tbparse", theirs / mine, LEAST_AGAINST_TBPARSE, "%.1f", "times",
                    note="%.0f MB/s" % (size / theirs / 1e6))
        figures.add("  against tensorboard-data-server", server / mine, LEAST_AGAINST_SERVER, "%.1f", "times",
                    note="%.0f MB/s" % (size / server / 1e6))
    return figures.status()


if __name__ == "__main__":
    sys.exit(main())
