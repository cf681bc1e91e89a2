"""Plants faults in models of realistic size, and lints them beside their healthy twins.

Each plant is one fault in one model of testdata/models. The rule that it is meant for must find it at its place. Its
twin, the same model without the fault or with a harmless neighbour of it (`Log(x + eps)`, `Pow(Abs(x), 0.5)`),
must get no finding that the model did not have before. planted_faults_test.py --table prints the table.
"""

import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import plants_graph
import plants_ranges
import plants_weights
from editing import Model

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = os.environ.get("ONNXCHECK_BINARY", str(HERE.parents[1] / "build/release/onnxcheck"))
# Models have no nodes or weights of their own that these two could be planted in: tests/parsers/model and
# testdata/rules have them (M017, M018: training graphs), and W010 wants two checkpoints and a log. The opsets of
# the models here have dropped what M016 is about, but for scikit-learn's trees, where it is found without a plant.
AT_LEAST = {"N": 5, "W": 5, "M": 3}
ELSEWHERE = {"M016", "M017", "M018", "W010"}


class Plant:
    def __init__(self, rule, model, index, edit):
        self.rule, self.model, self.edit = rule, model, edit
        self.name = f"{rule}-{index:02}-{edit.__name__}"

    def write(self, folder):
        """Writes both; what must be in the place of the finding."""
        faulty, twin = Model(self.model), Model(self.model)
        place = self.edit(faulty, True)
        self.edit(twin, False)
        (folder / f"{self.name}.faulty.onnx").write_bytes(faulty.proto.SerializeToString())
        (folder / f"{self.name}.twin.onnx").write_bytes(twin.proto.SerializeToString())
        (folder / f"{self.name}.base.onnx").write_bytes(Model(self.model).proto.SerializeToString())
        return "planted" if place is None else place


def plants():
    for module in (plants_graph, plants_ranges, plants_weights):
        for rule, edit, models in module.PLANTS:
            for model in models:
                yield rule, edit, model


def lint(folder):
    """By file: (rule, severity, place, message) of each finding."""
    done = subprocess.run([PROGRAM, "--no-config", "--output-format", "json", *sorted(map(str, folder.glob("*.onnx")))],
                          capture_output=True, check=False)
    if done.returncode not in (0, 1) or done.stderr:
        raise AssertionError(f"exit {done.returncode}: {done.stderr.decode(errors='replace')[-2000:]}")
    found = collections.defaultdict(list)
    for run in json.loads(done.stdout)["runs"]:
        for f in run["findings"]:
            where = f["location"]
            related = " ".join(r["location"].get("logical", "") for r in f.get("related", []))
            found[pathlib.Path(where["path"]).name].append(
                (f["id"], f["severity"], f"{where.get('logical', '')} {related}", f["message"]))
    return found


def results():
    """(plant, found?, new findings of the twin, other new findings of the faulty one) of every plant."""
    numbers = collections.Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        planted = []
        for rule, edit, model in plants():
            numbers[rule] += 1
            plant = Plant(rule, model, numbers[rule], edit)
            try:
                planted.append((plant, plant.write(folder)))
            except Exception as error:
                raise AssertionError(f"{plant.name} in {model}: {error!r}") from error
        found = lint(folder)
    for plant, place in planted:
        faulty, twin, base = (found[f"{plant.name}.{kind}.onnx"] for kind in ("faulty", "twin", "base"))
        hit = any(f[0] == plant.rule and place in f"{f[2]} {f[3]}" for f in faulty)
        before = collections.Counter(f[0] for f in base)
        new = collections.Counter(f[0] for f in twin) - before
        others = collections.Counter(f[0] for f in faulty) - before
        yield plant, hit, [f for f in twin if f[0] in new], sorted(set(others) - {plant.rule})


def rules():
    done = subprocess.run([PROGRAM, "rules", "--output-format", "json"], capture_output=True, check=False, text=True)
    if done.returncode != 0:
        done = subprocess.run([PROGRAM, "rules"], capture_output=True, check=True, text=True)
        return [line.split()[0] for line in done.stdout.splitlines() if line.split()]
    return [rule["id"] for rule in json.loads(done.stdout)]


class PlantedFaultsTest(unittest.TestCase):
    def test_faults_are_found_and_twins_are_silent(self):
        known = set(rules())
        for plant, hit, new, _ in results():
            if plant.rule not in known:
                continue
            with self.subTest(plant.name, model=plant.model):
                self.assertTrue(hit, "the fault was not found")
                self.assertEqual(new, [], "the twin has new findings")

    def test_every_rule_has_enough_plants(self):
        numbers = collections.Counter(rule for rule, _, models in plants())
        for rule in rules():
            if rule[:1] in AT_LEAST and rule[1:].isdigit() and rule not in ELSEWHERE:
                self.assertGreaterEqual(numbers[rule], AT_LEAST[rule[0]], rule)


def table():
    rows = collections.defaultdict(lambda: [0, 0, 0])
    for plant, hit, new, others in results():
        row = rows[plant.rule]
        row[0] += 1
        row[1] += hit
        row[2] += not new
        if not hit or new:
            print(f"{plant.name}\t{plant.model}\t{'found' if hit else 'MISSED'}\ttwin: {new}\tothers: {others}")
    print("| rule | planted | found | twins silent |\n|---|---|---|---|")
    for rule, row in sorted(rows.items()):
        print(f"| {rule} | {row[0]} | {row[1]} | {row[2]} |")


if __name__ == "__main__":
    if sys.argv[1:] == ["--table"]:
        table()
    else:
        unittest.main()
