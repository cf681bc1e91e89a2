#!/usr/bin/env python3
"""Lets Python's own logging write the same three records in every format people give it, and parses each file.

Nothing that a format puts around the message (times, lines, processes) may become a counter or a series.
"""
import json
import logging
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(os.environ.get("ONNXCHECK_SOURCE_DIR", pathlib.Path(__file__).resolve().parent.parent.parent))
PROGRAM = os.environ.get("ONNXCHECK_BINARY", str(ROOT / "build/release/onnxcheck"))

FORMATS = [
    "%(message)s",
    "%(asctime)s %(message)s",
    "(%(asctime)s) %(message)s",
    "%(asctime)s %(levelname)s %(message)s",
    "%(asctime)s - %(name)s - %(levelname)s - %(message)s",
    "[%(asctime)s] [%(levelname)s] [%(filename)s:%(lineno)d] %(message)s",
    "[%(asctime)s][%(name)s][%(levelname)s] - %(message)s",
    "%(levelname)s:%(name)s:%(message)s",
    "%(levelname)s %(asctime)s %(message)s",
    "[%(levelname)s] %(message)s",
    "%(levelname)s %(message)s",
    "%(levelname)-8s %(message)s",
    "%(levelname)s %(message)s %(asctime)s",
    "%(asctime)s %(process)d %(message)s",
    "%(asctime)s [%(threadName)s] %(levelname)-8s %(name)s: %(message)s",
    "%(asctime)s | %(levelname)s | %(module)s:%(funcName)s:%(lineno)d - %(message)s",
    "%(name)s: %(message)s",
    "%(created)f %(levelname)s %(message)s",
    "%(relativeCreated)d %(message)s",
    "%(asctime)s,%(levelname)s,%(message)s",
    "%(asctime)s\t%(levelname)s\t%(message)s",
    "%(levelname)s - %(filename)s - line %(lineno)d - %(message)s",
    "<%(asctime)s> %(levelname)s %(pathname)s(%(lineno)d): %(message)s",
    "%(levelname).1s %(asctime)s %(process)d %(filename)s:%(lineno)d] %(message)s",
    "%(levelno)s %(asctime)s: %(message)s",
    "[%(process)d/%(thread)d] %(message)s",
    "%(asctime)s %(filename)s[line:%(lineno)d] %(levelname)s %(message)s",
]
# Where a reader who does not know the format must take something for a part of the message: nothing that is said of
# losses may change, the rest may be a series without a role.
ODD = [
    "%(message)s <- %(name)s:%(lineno)d",
    "%(message)s (%(filename)s:%(lineno)d)",
    "%(message)s [%(asctime)s]",
    "%(message)s | %(process)d | %(relativeCreated)d",
    "%(message)s elapsed=%(relativeCreated)d",
    "%(lineno)d: %(message)s",
    "%(msecs)d %(message)s",
    "time=%(asctime)s level=%(levelname)s lineno=%(lineno)d msg=%(message)s",
    "%(name)s.%(funcName)s +%(lineno)s: %(levelname)-8s [%(process)d] %(message)s",
    "%(levelno)s|%(lineno)d|%(message)s",
    "%(message)s -- pid %(process)d",
    "%(message)s @%(created)f",
    "%(message)s; t=%(asctime)s; pid=%(process)d",
]
DATES = [None, "%m/%d/%Y %H:%M:%S", "%H:%M:%S", "%Y/%m/%d %H:%M", "%b %d %H:%M:%S", "%d-%b-%y %H:%M:%S", "%m-%d %H:%M"]
MESSAGES = ["Epoch %d/3 step %d train_loss: %.3f val_loss: %.3f" % row
            for row in ((1, 100, 0.75, 0.875), (2, 200, 0.5, 0.625), (3, 300, 0.25, 0.5))]
WANTED = {"train_loss": [[1, 100, 1, 0.75], [2, 200, 2, 0.5], [3, 300, 3, 0.25]],
          "val_loss": [[1, 100, 1, 0.875], [2, 200, 2, 0.625], [3, 300, 3, 0.5]]}


def write(path, form, date):
    formatter = logging.Formatter(form, date)
    with open(path, "w", encoding="utf-8") as out:
        for i, message in enumerate(MESSAGES):
            record = logging.LogRecord("trainer.main", logging.INFO, "/home/me/train.py", 57 + i, message, (), None, "fit")
            record.created, record.msecs = 1714550400 + 61 * i, 123
            out.write(formatter.format(record) + "\n")


class LoggingFormats(unittest.TestCase):
    def test_every_format(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "run.log")
            for form in FORMATS:
                for date in DATES if "asctime" in form else DATES[:1]:
                    with self.subTest(format=form, date=date):
                        write(path, form, date)
                        done = subprocess.run([PROGRAM, "parse", "--points", path], capture_output=True, timeout=60,
                                              check=True)
                        series = json.loads(done.stdout)["series"]
                        self.assertEqual({one["name"]: one["points"] for one in series}, WANTED)

    def test_odd_formats_change_no_loss(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "run.log")
            for form in ODD:
                with self.subTest(format=form):
                    write(path, form, None)
                    done = subprocess.run([PROGRAM, "parse", "--points", path], capture_output=True, timeout=60,
                                          check=True)
                    series = json.loads(done.stdout)["series"]
                    self.assertEqual({one["name"]: one["points"] for one in series if one["name"] in WANTED}, WANTED)
                    for one in series:
                        self.assertIn(one["role"], ("other", "time") if one["name"] not in WANTED else
                                      ("train_loss", "val_loss"))


if __name__ == "__main__":
    sys.exit(unittest.main())
