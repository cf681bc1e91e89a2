"""Lints the models of ONNX's own backend suites: node, simple, light, pytorch-converted, pytorch-operator.

No crash, no error, and no warning that reviewed.tsv does not defend; nor does that list hold a line that nothing
needs. `real` is not there: the package names its models by address only, and tests reach no network.
backend_test.py --print shows what is found, for a review.
"""

import collections
import fnmatch
import importlib.resources
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import warnings

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = os.environ.get("ONNXCHECK_BINARY", str(HERE.parents[1] / "build/release/onnxcheck"))
FILED = ("light", "simple", "pytorch-converted", "pytorch-operator")
# Fewer would mean that a suite was not found.
AT_LEAST = {"node": 1800, "light": 9, "simple": 20, "pytorch-converted": 60, "pytorch-operator": 30}


def write_models(folder):
    """Every model as SUITE/NAME.onnx below the folder; their number by suite."""
    counts = collections.Counter()

    def write(suite, name, data):
        path = folder / suite / f"{name}.onnx"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        counts[suite] += 1

    warnings.simplefilter("ignore")
    from onnx.backend.test.case.node import collect_testcases
    for case in collect_testcases(None):
        if case.model is not None:
            write("node", case.name, case.model.SerializeToString())
    data = pathlib.Path(str(importlib.resources.files("onnx.backend.test"))) / "data"
    for suite in FILED:
        for path in sorted((data / suite).rglob("*.onnx")):
            write(suite, path.parent.name if path.name == "model.onnx" else path.stem, path.read_bytes())
    return counts


def findings_of(folder):
    """(suite, model, rule, severity, place, message) of every finding but infos."""
    done = subprocess.run([PROGRAM, "--no-config", "--output-format", "json", *sorted(map(str, folder.rglob("*.onnx")))],
                          capture_output=True, check=False)
    if done.returncode not in (0, 1) or done.stderr:
        raise AssertionError(f"exit {done.returncode}: {done.stderr.decode(errors='replace')[-2000:]}")
    for run in json.loads(done.stdout)["runs"]:
        for finding in run["findings"]:
            if finding["severity"] != "info":
                path = pathlib.Path(finding["location"]["path"])
                yield (path.parent.name, path.stem, finding["id"], finding["severity"],
                       finding["location"].get("logical", ""), finding["message"])


def reviewed():
    """(suite, model pattern, rule) of each line of the list."""
    lines = (HERE / "reviewed.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    for row in rows:
        assert len(row) == 4 and all(row), f"reviewed.tsv: not suite, model pattern, rule, reason: {row}"
    return [tuple(row[:3]) for row in rows]


class BackendTest(unittest.TestCase):
    def test_every_finding_was_reviewed(self):
        with tempfile.TemporaryDirectory() as folder:
            counts = write_models(pathlib.Path(folder))
            for suite, least in AT_LEAST.items():
                self.assertGreaterEqual(counts[suite], least, suite)
            found = list(findings_of(pathlib.Path(folder)))
        rows, used, new = reviewed(), set(), []
        for finding in found:
            suite, model, rule = finding[:3]
            covering = [row for row in rows if row[0] == suite and row[2] == rule and fnmatch.fnmatchcase(model, row[1])]
            used.update(covering)
            if not covering:
                new.append("\t".join(finding))
        self.assertEqual(new, [], "not in reviewed.tsv:\n" + "\n".join(new))
        self.assertEqual([row for row in rows if row not in used], [], "lines of reviewed.tsv that nothing needs")


if __name__ == "__main__":
    if sys.argv[1:] == ["--print"]:
        with tempfile.TemporaryDirectory() as name:
            print(dict(write_models(pathlib.Path(name))))
            for one in findings_of(pathlib.Path(name)):
                print("\t".join(one))
    else:
        unittest.main()
