#!/usr/bin/env python3
"""Compares `onnxcheck parse --points` with independent readers of the same real logs: csv, json and ast.

Every number of a log must come back with its value, its step and its epoch (for line formats its line, too), in
the order of the file, and nothing else under the same names. At least five logs of each dialect.
"""
import ast
import csv
import json
import math
import os
import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(os.environ.get("ONNXCHECK_SOURCE_DIR", pathlib.Path(__file__).resolve().parent.parent.parent))
PROGRAM = os.environ.get("ONNXCHECK_BINARY", str(ROOT / "build/release/onnxcheck"))
DATA = ROOT / "testdata"
LEAST_LOGS = 5


def parsed(path):
    """{name: [(line, step, epoch, value)]}; None: not stated. Series of one name are merged in the file's order."""
    done = subprocess.run([PROGRAM, "parse", "--points", str(path)], capture_output=True, timeout=60, check=True)
    series = {}
    for one in json.loads(done.stdout)["series"]:
        points = [tuple(None if x is None else float(x) for x in point[:4]) for point in one["points"]]
        series[one["name"]] = sorted(series.get(one["name"], []) + points, key=lambda point: point[0])
    return series


def text_of(path):
    """No line end translated."""
    return path.read_bytes().decode("utf-8")


def number(text):
    try:
        return float(text)
    except (TypeError, ValueError):
        return None


def read_csv(path):
    with open(path, encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    series = {}
    for line, row in enumerate(rows, 2):
        for name, cell in row.items():
            value = number(cell)
            if value is not None:
                series.setdefault(name, []).append((line, number(row.get("step")), number(row.get("epoch")), value))
    return series


def read_records(records):
    """`records`: (line, dict) each."""
    series = {}
    for line, record in records:
        step = number(record.get("step", record.get("global_step")))
        values = {name: number(value) for name, value in record.items() if not isinstance(value, (bool, list))}
        for name, value in values.items():
            if value is not None:
                series.setdefault(name, []).append((line, step, values.get("epoch"), value))
    return series


def read_json_lines(path):
    return read_records((i, json.loads(text)) for i, text in enumerate(text_of(path).split("\n"), 1) if text)


def read_printed_dicts(path):
    """What Hugging Face's Trainer prints; its epochs are counters, no series."""
    records = []
    for line, text in enumerate(text_of(path).split("\n"), 1):
        printed = re.search(r"\{'[^{}]*\}", text)  # perhaps behind tqdm's bar
        if printed:
            records.append((line, ast.literal_eval(re.sub(r": (-?nan|-?inf)\b", r": '\1'", printed[0]))))
    series = read_records(records)
    series.pop("epoch")
    return series


def read_history(path):
    return {name: [(None, None, float(i), value) for i, value in enumerate(values)]
            for name, values in json.loads(path.read_text()).items()}


def read_trainer_state(path):
    state = json.loads(path.read_text())
    return read_records([(None, record) for record in state["log_history"]] + [(None, state)])


def read_keras_bars(path):
    """The last state of each epoch's bar, as a terminal would show it."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", text_of(path))
    series, epoch = {}, None
    for line, whole in enumerate(text.split("\n"), 1):
        last = [state for state in re.split("[\r\b]+", whole) if state.strip()][-1:]
        for state in last:
            header = re.fullmatch(r"Epoch (\d+)/\d+", state.strip())
            bar = re.match(r"\s*(\d+)/\d+ ", state)
            if header:
                epoch = float(header[1])
            elif bar:
                for name, value in re.findall(r" - (\w+): (\S+)", state):
                    series.setdefault(name, []).append((line, float(bar[1]), epoch, float(value)))
    return series


def same(ours, theirs):
    return ours is None and theirs is None or ours is not None and theirs is not None and (
        ours == theirs or math.isnan(ours) and math.isnan(theirs))


class Points(unittest.TestCase):
    def compare(self, paths, reader, lines=True):
        paths = [path for path in paths if path.is_file()]
        self.assertGreaterEqual(len(paths), LEAST_LOGS)
        for path in paths:
            with self.subTest(path=str(path.relative_to(DATA))):
                found, wanted = parsed(path), reader(path)
                self.assertTrue(wanted)
                for name, points in wanted.items():
                    self.assertIn(name, found)
                    self.assertEqual(len(found[name]), len(points), name)
                    for ours, theirs in zip(found[name], points):
                        for column in range(0 if lines else 1, 4):
                            self.assertTrue(same(ours[column], theirs[column]), (name, ours, theirs))

    def test_keras_csv_logger(self):
        self.compare([*DATA.glob("logs/keras/*/training.csv"), *DATA.glob("runs/*/training.csv")], read_csv)

    def test_keras_history(self):
        self.compare(DATA.glob("logs/keras/*/history.json"), read_history, lines=False)

    def test_keras_bars(self):
        self.compare([*DATA.glob("logs/keras/*/run.log"), DATA / "runs/healthy-keras-binary/run.log",
                      DATA / "runs/seed-1.5-learning-rate-tiny/run.log"], read_keras_bars)

    def test_keras_bars_say_what_the_history_says(self):
        """The bar rounds to four decimals, the History does not."""
        for path in DATA.glob("logs/keras/*/run.log"):
            history = json.loads(path.with_name("history.json").read_text())
            for name, points in parsed(path).items():
                for ours, exact in zip(points, history.get(name, [])):
                    if math.isfinite(exact):
                        self.assertLessEqual(abs(ours[3] - exact), 0.5001e-4 + 1e-7 * abs(exact), (path, name))

    def test_lightning_csv(self):
        self.compare(DATA.glob("**/metrics.csv"), read_csv)

    def test_trainer_state(self):
        self.compare(DATA.glob("**/trainer_state.json"), read_trainer_state, lines=False)

    def test_json_lines(self):
        self.compare(DATA.glob("**/metrics.jsonl"), read_json_lines)

    def test_printed_dicts(self):
        self.compare([*DATA.glob("logs/hugging-face/*/run.log"), DATA / "runs/healthy-hf-trainer/run.log"],
                     read_printed_dicts)


if __name__ == "__main__":
    sys.exit(unittest.main())
