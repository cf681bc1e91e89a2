#!/usr/bin/env python3
"""Plants known faults in small runs and replays them, next to healthy twins.

    tools/planted_faults.py [--build build/release] [--write docs/replay-table.md]

A planted run is a model and a configuration with one fault: onnxcheck --confirm must find the fault, and the
replay should confirm it. Its healthy twin has the fault mended (or is a setup that only looks like the fault):
onnxcheck must not find it, and when the replay is forced to look for the fault all the same, it must not confirm
it. Exits 1 when a twin is found at fault or confirmed, or a planted fault is not found or refuted. Needs the onnx
and numpy of .venv-test.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HEADER = """# Replays of planted faults and of healthy twins

Written by `tools/planted_faults.py --write docs/replay-table.md`. Each row is a run with one planted fault, as
`onnxcheck --confirm` reports it, and a healthy twin on which the same question is forced: the twin's setup is
the baseline, and the change is the one that the rule would propose. `docs/trainer.md` says how a verdict comes
about. Losses are medians over the seeds, before and after training. Where the rule has nothing left to change about a
twin, both arms are the same and "refuted" says no more than that the setup learns; the telling twins are those whose
arms differ. The thresholds were set with setups like some of these in view, so this is a regression test of the
verdict and not an estimate of its error on new runs.

"""


def tensor(rng, name, *dims):
    return numpy_helper.from_array((0.1 * rng.standard_normal(dims)).astype(np.float32), name)


def model(name, nodes, weights, inputs, width):
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", *inputs])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch", width])
    graph = helper.make_graph(nodes, name, [x], [y], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def head_node(head):
    return helper.make_node(head, ["z"], ["y"], name="head")


def mlp(inputs, hidden, width, head):
    rng = np.random.default_rng(0)
    nodes, weights, last, size = [], [], "x", inputs
    for i, units in enumerate(hidden):
        weights += [tensor(rng, f"w{i}", size, units), tensor(rng, f"b{i}", units)]
        nodes += [
            helper.make_node("Gemm", [last, f"w{i}", f"b{i}"], [f"g{i}"], name=f"dense{i}"),
            helper.make_node("Relu", [f"g{i}"], [f"h{i}"], name=f"relu{i}"),
        ]
        last, size = f"h{i}", units
    weights += [tensor(rng, "w", size, width), tensor(rng, "b", width)]
    nodes += [helper.make_node("Gemm", [last, "w", "b"], ["z"], name="last"), head_node(head)]
    return model("mlp", nodes, weights, [inputs], width)


def cnn(side, width, head):
    rng = np.random.default_rng(0)
    flat = 8 * (side // 4) ** 2
    weights = [tensor(rng, "k0", 4, 1, 3, 3), tensor(rng, "c0", 4), tensor(rng, "k1", 8, 4, 3, 3)]
    weights += [tensor(rng, "c1", 8), tensor(rng, "w", flat, width), tensor(rng, "b", width)]
    pool = {"kernel_shape": [2, 2], "strides": [2, 2]}
    nodes = [
        helper.make_node("Conv", ["x", "k0", "c0"], ["a0"], name="conv0", pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["a0"], ["r0"], name="relu0"),
        helper.make_node("MaxPool", ["r0"], ["p0"], name="pool0", **pool),
        helper.make_node("Conv", ["p0", "k1", "c1"], ["a1"], name="conv1", pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["a1"], ["r1"], name="relu1"),
        helper.make_node("MaxPool", ["r1"], ["p1"], name="pool1", **pool),
        helper.make_node("Flatten", ["p1"], ["f"], name="flatten"),
        helper.make_node("Gemm", ["f", "w", "b"], ["z"], name="last"),
        head_node(head),
    ]
    return model("cnn", nodes, weights, [1, side, side], width)


# What a configuration's loss is to the trainer: (loss, loss_input).
LOSSES = {
    ("mse", None): ("mse", "values"),
    ("MSELoss", None): ("mse", "values"),
    ("categorical_crossentropy", None): ("categorical-cross-entropy", "probabilities"),
    ("categorical_crossentropy", True): ("categorical-cross-entropy", "logits"),
    ("binary_crossentropy", None): ("binary-cross-entropy", "probabilities"),
    ("binary_crossentropy", True): ("binary-cross-entropy", "logits"),
    ("CrossEntropyLoss", None): ("categorical-cross-entropy", "logits"),
    ("BCELoss", None): ("binary-cross-entropy", "probabilities"),
    ("BCEWithLogitsLoss", None): ("binary-cross-entropy", "logits"),
    ("NLLLoss", None): ("nll", "log-probabilities"),
}


def config(framework, loss, optimizer, rate, momentum=0.0, batch=32, examples=1024, epochs=20, **more):
    keys = {"framework": framework, "loss": loss, "batch_size": batch, "dataset_size": examples}
    keys["optimizer"] = {"name": optimizer, "learning_rate": rate}
    if momentum:
        keys["optimizer"]["momentum"] = momentum
    return keys | {"epochs": epochs} | more


def setup(keys):
    loss, loss_input = LOSSES[keys["loss"], keys.get("from_logits")]
    return {
        "framework": keys["framework"],
        "loss": loss,
        "loss_input": loss_input,
        "optimizer": keys["optimizer"]["name"].lower(),
        "learning_rate": keys["optimizer"]["learning_rate"],
        "momentum": keys["optimizer"].get("momentum", 0.0),
        "batch_size": keys["batch_size"],
        "dataset_size": keys["dataset_size"],
        "drop_last": keys.get("drop_last", False),
    }


SYMPTOMS = {"A": "slower-to-learn", "C001": "does-not-learn", "C002": "nonfinite"}
SYMPTOMS |= {"C005": "no-batches", "T003": "does-not-learn"}


class Case:
    """A planted fault, its twin, and what the rule would change about the twin."""

    def __init__(self, rule, what, fault, twin_what, twin, change, log=None):
        self.rule, self.what, self.fault = rule, what, fault
        self.twin_what, self.twin, self.change, self.log = twin_what, twin, change, log


def flat_log(folder):
    lines = [json.dumps({"epoch": i, "train_loss": 2.0514 + 1e-5 * (i % 3)}) for i in range(20)]
    (folder / "metrics.jsonl").write_text("\n".join(lines) + "\n")


def cases():
    keras, torch = "keras", "torch"
    ce, mse, bce = "categorical_crossentropy", "mse", "binary_crossentropy"
    small, wide = (16, [24], 6), (32, [32, 32], 10)
    same = {}

    yield Case("A001", "MLP, softmax, MSE, SGD 0.1", (mlp(*small, "Softmax"), config(keras, mse, "sgd", 0.1)),
               "cross-entropy instead", (mlp(*small, "Softmax"), config(keras, ce, "sgd", 0.1)), same)
    yield Case("A001", "CNN, softmax, MSE, SGD 0.05", (cnn(12, 8, "Softmax"), config(keras, mse, "sgd", 0.05)),
               "MSE again, but Adam 0.003, which copes",
               (mlp(*small, "Softmax"), config(keras, mse, "adam", 0.003)),
               {"loss": "categorical-cross-entropy", "loss_input": "probabilities"})
    yield Case("A001", "deeper MLP, softmax, MSELoss, SGD 0.05", (mlp(*wide, "Softmax"), config(torch, "MSELoss", "sgd", 0.05)),
               "regression: MSE on a linear output",
               (mlp(8, [16], 1, "Identity"), config(torch, "MSELoss", "adam", 0.01)), same)
    yield Case("A002", "MLP, softmax, CrossEntropyLoss, Adam", (mlp(*small, "Softmax"), config(torch, "CrossEntropyLoss", "adam", 1e-3)),
               "no softmax in the model", (mlp(*small, "Identity"), config(torch, "CrossEntropyLoss", "adam", 1e-3)),
               {"loss_input": "probabilities"})
    yield Case("A002", "CNN, softmax, from_logits=True, Adam",
               (cnn(12, 8, "Softmax"), config(keras, ce, "adam", 1e-3, from_logits=True)),
               "from_logits left out", (cnn(12, 8, "Softmax"), config(keras, ce, "adam", 1e-3)), same)
    yield Case("A002", "deeper MLP, softmax, CrossEntropyLoss, SGD 0.1",
               (mlp(*wide, "Softmax"), config(torch, "CrossEntropyLoss", "sgd", 0.1)),
               "LogSoftmax and NLLLoss",
               (mlp(*wide, "LogSoftmax"), config(torch, "NLLLoss", "sgd", 0.1)), same)
    yield Case("A003", "MLP, sigmoid, BCEWithLogitsLoss, Adam",
               (mlp(8, [16], 1, "Sigmoid"), config(torch, "BCEWithLogitsLoss", "adam", 3e-3)),
               "BCELoss instead", (mlp(8, [16], 1, "Sigmoid"), config(torch, "BCELoss", "adam", 3e-3)), same)
    yield Case("A003", "MLP, sigmoid, from_logits=True, SGD 0.1",
               (mlp(8, [16], 1, "Sigmoid"), config(keras, bce, "sgd", 0.1, from_logits=True)),
               "no sigmoid in the model",
               (mlp(8, [16], 1, "Identity"), config(keras, bce, "sgd", 0.1, from_logits=True)),
               {"loss_input": "probabilities"})
    yield Case("A004", "MLP, no activation, categorical_crossentropy",
               (mlp(*small, "Identity"), config(keras, ce, "adam", 1e-3, from_logits=False)),
               "from_logits=True", (mlp(*small, "Identity"), config(keras, ce, "adam", 1e-3, from_logits=True)), same)
    yield Case("A004", "CNN, no activation, BCELoss",
               (cnn(12, 1, "Identity"), config(torch, "BCELoss", "adam", 1e-3)),
               "BCEWithLogitsLoss", (cnn(12, 1, "Identity"), config(torch, "BCEWithLogitsLoss", "adam", 1e-3)), same)
    yield Case("C001", "MLP, Adam 1e-10", (mlp(*small, "Softmax"), config(keras, ce, "adam", 1e-10)),
               "Adam 3e-4", (mlp(*small, "Softmax"), config(keras, ce, "adam", 3e-4)), {"learning_rate": 1e-3})
    yield Case("C001", "CNN, SGD 1e-9", (cnn(12, 8, "Identity"), config(torch, "CrossEntropyLoss", "sgd", 1e-9)),
               "Adam 1e-5 over 30,000 steps: slow, not stuck",
               (mlp(*small, "Identity"), config(torch, "CrossEntropyLoss", "adam", 1e-5, epochs=937)),
               {"learning_rate": 1e-3})
    yield Case("C002", "regression, SGD 1000", (mlp(8, [16], 1, "Identity"), config(torch, "MSELoss", "sgd", 1000.0)),
               "SGD 0.05", (mlp(8, [16], 1, "Identity"), config(torch, "MSELoss", "sgd", 0.05)), {"learning_rate": 0.01})
    yield Case("C002", "CNN, SGD 50 with momentum 0.9",
               (cnn(12, 8, "Identity"), config(torch, "CrossEntropyLoss", "sgd", 50.0, 0.9)),
               "SGD 0.02 with momentum 0.9",
               (cnn(12, 8, "Identity"), config(torch, "CrossEntropyLoss", "sgd", 0.02, 0.9)), {"learning_rate": 0.01})
    yield Case("C005", "MLP, 200 examples, batches of 256, drop_last",
               (mlp(*small, "Identity"), config(torch, "CrossEntropyLoss", "adam", 1e-3, batch=256, examples=200, drop_last=True)),
               "batches of 64",
               (mlp(*small, "Identity"), config(torch, "CrossEntropyLoss", "adam", 1e-3, batch=64, examples=200, drop_last=True)),
               {"drop_last": False})
    yield Case("C005", "CNN, 31 examples, batches of 32, drop_last",
               (cnn(12, 8, "Softmax"), config(keras, ce, "adam", 1e-3, batch=32, examples=31, drop_last=True)),
               "the last batch is kept",
               (cnn(12, 8, "Softmax"), config(keras, ce, "adam", 1e-3, batch=32, examples=63, drop_last=False)),
               same)
    yield Case("T003", "MLP, Adam 1e-9, a flat loss in the log",
               (mlp(*small, "Softmax"), config(keras, ce, "adam", 1e-9)),
               "Adam 0.001, the same log", (mlp(*small, "Softmax"), config(keras, ce, "adam", 1e-3)),
               same, flat_log)


def write_run(folder, run, log):
    folder.mkdir()
    graph, keys = run
    onnx.save(graph, folder / "model.onnx")
    (folder / "config.json").write_text(json.dumps(keys, indent=1))
    if log:
        log(folder)


def check(program, folder):
    done = subprocess.run([program, "--confirm", "--output-format", "json", "--no-config", str(folder)],
                          capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{program} {folder}: exit {done.returncode}\n{done.stderr}")
    return [finding for run in json.loads(done.stdout)["runs"] for finding in run["findings"]]


def force(trainer, case, folder):
    graph, keys = case.twin
    head = graph.graph.node[-1].op_type
    width = graph.graph.output[0].type.tensor_type.shape.dim[1].dim_value
    baseline = setup(keys)
    regression = baseline["loss"] == "mse" and head == "Identity"
    heads = {"Softmax": "softmax", "LogSoftmax": "log-softmax", "Sigmoid": "sigmoid", "Identity": "none"}
    steps = keys["epochs"] * (keys["dataset_size"] // keys["batch_size"])
    plan = {
        "version": 1,
        "experiment": {
            "model": str(folder / "model.onnx"), "output": "y", "head": heads[head],
            "classes": 0 if regression else max(2, width), "planned_steps": steps,
            "baseline": baseline, "changed": baseline | case.change, "change": "",
            "symptom": SYMPTOMS.get(case.rule) or SYMPTOMS[case.rule[0]],
        },
        "seeds": 3, "steps": 300, "data": "",
        "limits": {"seconds": 60, "memory_bytes": 2 << 30, "threads": 1},
    }
    done = subprocess.run([trainer], input=json.dumps(plan) + "\n", capture_output=True, text=True, check=False)
    return json.loads(done.stdout.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build/release", type=pathlib.Path)
    parser.add_argument("--write", type=pathlib.Path)
    options = parser.parse_args()
    rows, wrong = [], []
    tally = {"planted": {}, "twins": {}}
    with tempfile.TemporaryDirectory() as temporary:
        for i, case in enumerate(cases()):
            start = time.monotonic()
            folder = pathlib.Path(temporary) / f"{i:02}-planted"
            twin = pathlib.Path(temporary) / f"{i:02}-twin"
            write_run(folder, case.fault, case.log)
            write_run(twin, case.twin, None)
            found = [f for f in check(str(options.build / "onnxcheck"), folder) if f["id"] == case.rule]
            verdict = found[0]["confirmation"] if found else {"status": "not found", "text": ""}
            if verdict["status"] in ("refuted", "not found"):
                wrong.append(f"{case.rule} {case.what}: {verdict['status']}")
            healthy = [f["id"] for f in check(str(options.build / "onnxcheck"), twin) if f["severity"] != "info"]
            forced = force(str(options.build / "onnxcheck-trainer"), case, twin)
            looks_alike = healthy == [case.rule] and forced["status"] != "confirmed"
            if forced["status"] == "confirmed" or (healthy and not looks_alike):
                wrong.append(f"twin of {case.rule} {case.what}: {forced['status']}, findings {healthy}")
            for kind, status in (("planted", verdict["status"]), ("twins", forced["status"])):
                tally[kind][status] = tally[kind].get(status, 0) + 1
            rows.append((case.rule, case.what, verdict["status"], verdict.get("text", ""),
                         case.twin_what, forced["status"], forced["text"]))
            print(f"{case.rule} {case.what}: {verdict['status']} | {case.twin_what}: {forced['status']}"
                  f" {healthy or ''} [{time.monotonic() - start:.1f} s]\n   {verdict.get('text', '')}\n   {forced['text']}",
                  flush=True)
    lines = ["| rule | planted | verdict | losses | healthy twin | forced verdict | losses |", "|---|---|---|---|---|---|---|"]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    for kind, counts in tally.items():
        lines += ["", f"{kind.capitalize()}: " + ", ".join(f"{n} {status}" for status, n in sorted(counts.items())) + "."]
    if options.write:
        options.write.write_text(HEADER + "\n".join(lines) + "\n")
    print("\n".join(lines[-3:]))
    for text in wrong:
        print("wrong:", text, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
