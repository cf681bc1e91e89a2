#!/usr/bin/env python3
"""Every point that `parse --points` reads from binary logs against an independent reader, exactly.

TensorBoard event files of testdata/runs (and of ONNXCHECK_CORPUS) against tbparse, .wandb files against their
records decoded here with the wandb package. Either is left out when its package is not installed
(tests/bench/requirements.txt).
"""
import collections
import json
import math
import os
import pathlib
import struct
import subprocess
import sys
import zlib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = os.environ.get("ONNXCHECK_BINARY", ROOT / "build/release/onnxcheck")


def ours(path):
    done = subprocess.run([PROGRAM, "parse", "--points", path], capture_output=True, check=True, timeout=60)
    found = collections.defaultdict(list)
    for series in json.loads(done.stdout)["series"]:
        found[series["name"]] += [(p[1], float("nan") if p[3] is None else float(p[3])) for p in series["points"]]
    return found


def by_tbparse(path):
    from tbparse import SummaryReader

    reader = SummaryReader(str(path))
    found = collections.defaultdict(list)
    for table in (reader.scalars, reader.tensors):
        for row in table.itertuples():
            # Histograms and texts of the second generation are tensors as well.
            if isinstance(row.value, (int, float)) or getattr(row.value, "ndim", 1) == 0:
                found[row.tag].append((row.step, float(row.value)))
    return found


def wandb_records(path):
    data = path.read_bytes()
    at, record = 7, b""
    while at + 7 <= len(data):
        if 32768 - at % 32768 < 7:
            at += 32768 - at % 32768
            continue
        crc, size, kind = struct.unpack("<IHB", data[at:at + 7])
        body = data[at + 7:at + 7 + size]
        assert zlib.crc32(bytes([kind]) + body) == crc
        at += 7 + size
        record = body if kind in (1, 2) else record + body
        if kind in (1, 4):
            yield record


def by_wandb(path):
    from wandb.proto import wandb_internal_pb2

    found = collections.defaultdict(list)
    for data in wandb_records(path):
        record = wandb_internal_pb2.Record.FromString(data)
        for item in record.history.item:
            name = item.key or ".".join(item.nested_key)
            value = json.loads(item.value_json)
            if isinstance(value, (int, float)) and not isinstance(value, bool) and name[0] != "_":
                found[name].append((record.history.step.num, float(value)))
    return found


def same(a, b):
    """By step, as tbparse sorts; NaN equals NaN."""
    key = lambda point: (point[0], not math.isnan(point[1]), point[1])
    text = lambda points: [(float(step), repr(value)) for step, value in sorted(points, key=key)]
    return a.keys() == b.keys() and all(text(a[name]) == text(b[name]) for name in a)


def main():
    folders = [ROOT / "testdata/runs"]
    if "ONNXCHECK_CORPUS" in os.environ:
        folders.append(pathlib.Path(os.environ["ONNXCHECK_CORPUS"]))
    wrong = compared = 0
    for pattern, package, read in (("*tfevents*", "tbparse", by_tbparse), ("*.wandb", "wandb", by_wandb)):
        try:
            __import__(package)
        except ImportError:
            print(package, "is not installed: its files are left out")
            continue
        for path in sorted(path for folder in folders for path in folder.rglob(pattern)):
            compared += 1
            if not same(ours(path), read(path)):
                wrong += 1
                print("differs:", path)
    print("%d files compared, %d differ" % (compared, wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
