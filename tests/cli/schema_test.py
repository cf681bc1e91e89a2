"""Reports are what docs/schema promises, and the same bytes every time."""
import copy
import json
import os
import pathlib
import subprocess
import unittest

import jsonschema

ROOT = pathlib.Path(os.environ["ONNXCHECK_SOURCE_DIR"])
PROGRAM = os.environ["ONNXCHECK_BINARY"]
SCHEMA = json.loads((ROOT / "docs/schema/report-1.json").read_text(encoding="utf-8"))


def output_of(*arguments):
    done = subprocess.run([PROGRAM, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise AssertionError("exit %d: %s" % (done.returncode, done.stderr))
    return done.stdout


class SchemaTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)
        cls.validator = jsonschema.Draft202012Validator(SCHEMA)
        cls.text = output_of("testdata/runs", "--output-format", "json", "-j1")
        cls.report = json.loads(cls.text)

    def test_the_real_runs_report_is_valid(self):
        self.validator.validate(self.report)
        findings = [f for run in self.report["runs"] for f in run["findings"]]
        self.assertGreater(len(findings), 0)
        self.assertEqual(self.report["summary"]["runs"], len(self.report["runs"]))
        self.assertEqual(self.report["summary"]["errors"], sum(f["severity"] == "error" for f in findings))

    def test_a_report_with_its_time_is_valid(self):
        self.validator.validate(json.loads(output_of("testdata/runs", "--output-format", "json", "-v")))

    def test_the_schema_can_say_no(self):
        def refuses(change):
            report = copy.deepcopy(self.report)
            change(report)
            return not self.validator.is_valid(report)

        run = next(i for i, it in enumerate(self.report["runs"]) if it["findings"])
        self.assertTrue(refuses(lambda r: r.update(schema=2)))
        self.assertTrue(refuses(lambda r: r["runs"][0].update(verdict="fine")))
        self.assertTrue(refuses(lambda r: r["runs"][run]["findings"][0].pop("fingerprint")))
        self.assertTrue(refuses(lambda r: r["runs"][run]["findings"][0].update(severity="fatal")))
        self.assertTrue(refuses(lambda r: r["runs"][run]["findings"][0]["location"].update(line=0)))
        self.assertTrue(refuses(lambda r: r["runs"][run]["findings"][0]["evidence"].update(x=[1])))

    def test_json_lines_are_findings_of_the_schema(self):
        finding = jsonschema.Draft202012Validator({**SCHEMA, "$ref": "#/$defs/finding", "type": "object",
                                                   "required": ["run"], "properties": {}})
        lines = output_of("testdata/runs", "--output-format", "jsonl").splitlines()
        for line in lines:
            finding.validate(json.loads(line))
        self.assertEqual(len(lines), sum(len(run["findings"]) for run in self.report["runs"]))

    def test_bytes_depend_on_nothing_but_the_inputs(self):
        for jobs in ("-j1", "-j8"):
            self.assertEqual(output_of("testdata/runs", "--output-format", "json", jobs), self.text)

    def test_every_figure_is_json(self):
        def refuse(name):
            raise AssertionError("%s is not JSON" % name)

        json.loads(self.text, parse_constant=refuse)


class ScriptSchemaTest(unittest.TestCase):
    def test_every_script_of_the_real_runs_is_valid(self):
        schema = json.loads((ROOT / "docs/schema/script-1.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        strict = jsonschema.Draft202012Validator({**schema, "additionalProperties": False})
        runs = ROOT / "testdata/runs"
        paths = sorted([*runs.glob("*/train.py"), *runs.glob("*/*.ipynb")])
        self.assertGreater(len(paths), 20)
        for path in paths:
            with self.subTest(path=path):
                strict.validate(json.loads(output_of("parse", str(path))))


class ModelSchemaTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        schema = json.loads((ROOT / "docs/schema/model-1.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        cls.validator = jsonschema.Draft202012Validator(schema)
        # Fields that the schema does not name are a mistake here, not in what users read.
        cls.strict = jsonschema.Draft202012Validator({**schema, "additionalProperties": False})

    def parsed(self, path):
        return json.loads(output_of("parse", path))

    def test_every_model_of_the_real_runs_is_valid(self):
        paths = sorted((ROOT / "testdata/runs").glob("*/*.onnx"))
        self.assertGreater(len(paths), 10)
        for path in paths:
            with self.subTest(path=path):
                self.strict.validate(self.parsed(str(path)))

    def test_what_a_training_graph_says(self):
        model = self.parsed("testdata/runs/healthy-ort-frozen-layer/training_model.onnx")
        self.assertEqual(model["role"], "training")
        self.assertEqual(model["trainable_parameters"], 16 * 4 + 4)
        self.assertEqual(model["non_trainable_parameters"], 8 * 16 + 16)
        self.assertEqual(model["macs"]["total"], 8 * 16 + 16 * 4)
        self.assertEqual(model["classes"], 4)
        self.assertEqual([head["output"] for head in model["heads"]], ["output"])
        training = model["training"]
        self.assertEqual([p["name"] for p in training["trained"]], ["head.weight", "head.bias"])
        self.assertEqual([p["name"] for p in training["frozen"]], ["hidden.weight", "hidden.bias"])
        self.assertEqual(training["losses"][0]["targets"], "labels")
        optimizer = self.parsed("testdata/runs/healthy-ort-training/optimizer_model.onnx")["training"]["optimizer"]
        self.assertEqual((optimizer["name"], optimizer["learning_rate"]), ("adamw", None))
        self.assertEqual(optimizer["learning_rate_input"], "learning_rate")
        self.assertAlmostEqual(optimizer["attributes"]["beta"], 0.999, places=6)

    def test_the_schema_can_say_no(self):
        model = self.parsed("testdata/runs/healthy-ort-training/model.onnx")
        for change in ({"role": "train"}, {"macs": {"total": -1}}, {"classes": "4"}, {"schema": 2}):
            self.assertFalse(self.validator.is_valid({**model, **change}))


if __name__ == "__main__":
    unittest.main()
