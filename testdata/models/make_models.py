#!/usr/bin/env python3
"""Writes models as the exporters write them: make_models.py FOLDER [--large] [--only NAME...]

With --parameters it writes FOLDER/parameters.tsv instead: what the frameworks count in the committed models.

Without --large, the small ones that are committed beside this script; with it, the same networks at realistic width
and in more opsets, which `make models` puts into build/models. Seeds are fixed. README.md lists versions and models.
What one of the installed packages does not support is named and passed over. Needs requirements.txt; the tf2onnx
models need requirements-tf.txt, and are written by make_tf_models.py.
"""

import argparse
import inspect
import os
import pathlib
import sys
import warnings

os.environ.setdefault("KERAS_BACKEND", "torch")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import onnx
import torch

import torch_models as nets

CLASSES = {"mlp": 6, "resnet18": 10, "unet": 2, "lstm": 4, "gru": 4, "bilstm": 4, "vit": 10, "bert": 3, "gpt2": 1}


def strip_traces(model):
    """Both PyTorch exporters write the stack of the exporting program, with its paths, to every node."""
    def graph(g):
        for node in g.node:
            node.doc_string = ""
            kept = [p for p in node.metadata_props if "stack_trace" not in p.key]
            del node.metadata_props[:]
            node.metadata_props.extend(kept)
            for attribute in node.attribute:
                if attribute.HasField("g"):
                    graph(attribute.g)
                for inner in attribute.graphs:
                    graph(inner)
    graph(model.graph)
    for function in model.functions:
        for node in function.node:
            node.doc_string = ""
            del node.metadata_props[:]


def torch_cases(large):
    """(name, model, inputs, dynamic batch?)"""
    image = torch.randn(4, 3, 64 if large else 32, 64 if large else 32)
    patches = torch.randn(4, 3, 32, 32)
    tokens = torch.randint(0, 60, (4, 12))
    mask = torch.ones_like(tokens)
    mask[0, 8:] = 0
    w = lambda small, full: full if large else small
    return [
        ("mlp", lambda: nets.Mlp(16, w(32, 512)), [torch.randn(4, 16)]),
        ("mlp-softmax", nets.MlpProbabilities, [torch.randn(4, 16)]),
        ("resnet18", lambda: nets.ResNet18(w(3, 32)), [image]),
        ("unet", lambda: nets.UNet(w(3, 16)), [image]),
        ("unet-upsample", lambda: nets.UNet(w(3, 16), transposed=False), [image]),
        ("lstm", lambda: nets.Recurrent("LSTM", w(16, 128)), [tokens]),
        ("bilstm", lambda: nets.Recurrent("LSTM", w(12, 128), both_ways=True), [tokens]),
        ("gru", lambda: nets.Recurrent("GRU", w(16, 128)), [tokens]),
        ("vit", lambda: nets.ViT(w(16, 96), w(3, 12), w(2, 3)), [patches]),
        ("bert", lambda: nets.Bert(w(16, 128), 2, 2, w(80, 1000)), [tokens, mask]),
        ("gpt2", lambda: nets.Gpt2(w(16, 128), 2, 2, w(80, 1000)), [tokens, mask]),
    ]


# exporter, opset, trained? of the committed models; --large has every opset of both exporters.
SMALL = {
    "mlp": [("script", 13, False), ("script", 20, True), ("dynamo", 18, False), ("dynamo", 24, True)],
    "mlp-softmax": [("script", 17, True), ("dynamo", 20, True)],
    "resnet18": [("script", 13, True), ("script-train-bn", 17, True), ("dynamo", 20, True)],
    "unet": [("script", 17, True), ("dynamo", 18, False)],
    "unet-upsample": [("script", 13, True)],
    "lstm": [("script", 13, True), ("dynamo", 20, True)],
    "bilstm": [("script", 17, False)],
    "gru": [("script", 20, True), ("dynamo", 18, False)],
    "vit": [("script", 13, True), ("script", 17, False), ("dynamo", 23, True)],
    "bert": [("script", 17, True), ("dynamo", 20, True)],
    "gpt2": [("script", 17, False), ("dynamo", 20, True)],
}


def export(model, inputs, path, exporter, opset):
    parameters = list(inspect.signature(model.forward).parameters)
    names = parameters if parameters[0] != "input" else ["x"]
    names = names[:len(inputs)]
    if exporter == "dynamo":
        batch = torch.export.Dim.DYNAMIC
        program = torch.onnx.export(model, tuple(inputs), dynamo=True, opset_version=opset, input_names=names,
                                    output_names=["logits"], dynamic_shapes=tuple({0: batch} for _ in inputs),
                                    verbose=False)
        proto = program.model_proto
    else:
        options = {"dynamic_axes": {name: {0: "batch"} for name in names + ["logits"]}}
        if exporter == "script-train-bn":  # BatchNormalization nodes stay, in inference form
            options["do_constant_folding"] = False
            options["training"] = torch.onnx.TrainingMode.PRESERVE
        torch.onnx.export(model, tuple(inputs), str(path), dynamo=False, opset_version=opset, input_names=names,
                          output_names=["logits"], **options)
        proto = onnx.load(str(path))
    strip_traces(proto)
    proto.graph.doc_string = ""
    onnx.save(proto, str(path))


def write_torch(folder, large, wanted):
    for name, build, inputs in torch_cases(large):
        variants = SMALL[name]
        if large:
            variants = [("script", o, True) for o in range(13, 21)] + [("dynamo", o, True) for o in range(18, 27)]
        for exporter, opset, trained in variants:
            yield f"torch-{name}-{exporter}-{opset}-{'trained' if trained else 'random'}", \
                lambda path: torch_model(path, name, build, inputs, exporter, opset, trained)


def torch_model(path, name, build, inputs, exporter, opset, trained):
    torch.manual_seed(0)
    np.random.seed(0)
    model = build()
    if trained:
        model = nets.train(model, inputs, CLASSES[name.split("-")[0]], 30)
    export(model.eval(), inputs, path, exporter, opset)


# No LayerNormalization here: Keras 3.15 on torch exports through TorchScript, which fails on its dynamic shape.
def keras_cases(large):
    import keras
    from keras import layers
    w = 64 if large else 8
    inputs = keras.Input
    def mlp():
        return keras.Sequential([inputs((16,)), layers.Dense(4 * w, "relu"), layers.Dropout(0.3),
                                 layers.Dense(2 * w, "gelu"), layers.Dense(5, "softmax")])
    def cnn():
        return keras.Sequential([inputs((20, 20, 1)), layers.Conv2D(w, 3), layers.BatchNormalization(),
                                 layers.Activation("relu"), layers.MaxPooling2D(), layers.Conv2D(w, 3, activation="relu"),
                                 layers.GlobalAveragePooling2D(), layers.Dense(5, "softmax")])
    def lstm():
        return keras.Sequential([inputs((12,), dtype="int32"), layers.Embedding(60, w), layers.LSTM(w),
                                 layers.Dense(1, "sigmoid")])
    def gru():
        return keras.Sequential([inputs((12, 4)), layers.GRU(w, return_sequences=True), layers.GRU(w), layers.Dense(3)])
    def resnet():
        x = start = inputs((32, 32, 3))
        x = layers.Conv2D(w, 3, padding="same", use_bias=False)(x)
        for i in range(3):
            y = layers.BatchNormalization()(x)
            y = layers.Activation("relu")(y)
            y = layers.Conv2D(w, 3, padding="same", use_bias=False)(y)
            y = layers.BatchNormalization()(y)
            y = layers.Activation("relu")(y)
            y = layers.Conv2D(w, 3, padding="same")(y)
            x = layers.Add()([x, y])
        x = layers.GlobalAveragePooling2D()(layers.BatchNormalization()(x))
        return keras.Model(start, layers.Dense(10, "softmax")(x))
    def attention():
        x = start = inputs((10, 8))
        x = layers.Add()([x, layers.MultiHeadAttention(2, w)(x, x)])
        x = layers.GlobalMaxPooling1D()(x)
        return keras.Model(start, layers.Dense(3, "softmax")(x))
    return [("mlp", mlp), ("cnn", cnn), ("resnet", resnet), ("lstm", lstm), ("gru", gru), ("attention", attention)]


def write_keras(folder, large, wanted):
    for name, build in keras_cases(large):
        for trained in (False, True) if name == "mlp" else (True,):
            yield f"keras-{name}-{'trained' if trained else 'random'}", \
                lambda path: keras_model(path, build, trained)


def keras_model(path, build, trained):
    import keras
    keras.utils.set_random_seed(0)
    model = build()
    rng = np.random.default_rng(0)
    shape = (256,) + model.input_shape[1:]
    x = rng.integers(0, 60, shape) if "int" in model.inputs[0].dtype else rng.standard_normal(shape).astype("float32")
    model(x[:1])  # Keras exports what has been called only
    if trained:
        width = model.output_shape[-1]
        y = rng.integers(0, max(width, 2), 256)
        loss = {True: "binary_crossentropy"}.get(width == 1, "sparse_categorical_crossentropy")
        model.compile(keras.optimizers.Adam(3e-3), loss)
        model.fit(x, y, epochs=3, verbose=0)
    model.export(str(path), format="onnx", verbose=False)
    proto = onnx.load(str(path))
    strip_traces(proto)
    onnx.save(proto, str(path))


def write_sklearn(folder, large, wanted):
    from sklearn import cluster, decomposition, ensemble, linear_model, naive_bayes, neural_network, svm
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    n = 100 if large else 5
    cases = [
        ("logistic", make_pipeline(StandardScaler(), linear_model.LogisticRegression()), True),
        ("mlp-classifier", neural_network.MLPClassifier(hidden_layer_sizes=(16, 8), max_iter=80, random_state=0), True),
        ("mlp-regressor", neural_network.MLPRegressor(hidden_layer_sizes=(16,), max_iter=80, random_state=0), False),
        ("forest", ensemble.RandomForestClassifier(n, max_depth=4, random_state=0), True),
        ("boosting", ensemble.GradientBoostingRegressor(n_estimators=2 * n, max_depth=2, random_state=0), False),
        ("svc", svm.SVC(probability=True, random_state=0), True),
        ("naive-bayes", naive_bayes.GaussianNB(), True),
        ("pca-ridge", make_pipeline(decomposition.PCA(3), linear_model.Ridge()), False),
        ("kmeans", cluster.KMeans(3, n_init=2, random_state=0), None),
    ]
    for name, estimator, classes in cases:
        yield f"sklearn-{name}", lambda path: sklearn_model(path, estimator, classes)


def sklearn_model(path, estimator, classes):
    from skl2onnx import to_onnx
    rng = np.random.default_rng(0)
    x = rng.standard_normal((120, 6)).astype(np.float32)
    y = x[:, 0] + 0.3 * x[:, 1] ** 2
    estimator.fit(x) if classes is None else estimator.fit(x, np.digitize(y, [-0.5, 0.7]) if classes else y)
    onnx.save(to_onnx(estimator, x[:1]), str(path))


def torch_counts():
    """Parameters, running statistics, and multiply-accumulates for one input."""
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode
    for name, build, inputs in torch_cases(False):
        model = build().eval()
        trainable = sum(p.numel() for p in model.parameters() if p.requires_grad)
        kept_up = sum(b.numel() for n, b in model.named_buffers() if "running_" in n)
        with torch.no_grad(), FlopCounterMode(display=False) as counter, sdpa_kernel(SDPBackend.MATH):
            model(*(i[:1] for i in inputs))
        macs = counter.get_total_flops() // 2
        if "lstm" in name:  # which PyTorch does not count: each matrix once for each token
            macs += inputs[0].shape[1] * sum(p.numel() for n, p in model.rnn.named_parameters() if "weight" in n)
        for exporter, opset, trained in SMALL[name]:
            yield f"torch-{name}-{exporter}-{opset}-{'trained' if trained else 'random'}", trainable, kept_up, macs


def keras_counts():
    for name, build in keras_cases(False):
        model = build()
        size = lambda weights: sum(int(np.prod(w.shape)) for w in weights if "seed" not in w.path)
        for state in ("random", "trained") if name == "mlp" else ("trained",):
            yield f"keras-{name}-{state}", size(model.trainable_weights), size(model.non_trainable_weights), "-"


def write_parameters(path, counts):
    """Replaces the rows of these models, keeps those of others: make_tf_models.py writes to the same file."""
    rows = dict(line.split("\t", 1) for line in path.read_text().splitlines()[1:]) if path.exists() else {}
    rows.update((name, "\t".join(map(str, row))) for name, *row in counts)
    lines = ["model\ttrainable\tnot trainable\tmultiply-accumulates"]
    path.write_text("\n".join(lines + [f"{name}\t{rows[name]}" for name in sorted(rows)]) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--only", nargs="*", default=[], help="names that contain one of these")
    parser.add_argument("--parameters", action="store_true", help="write parameters.tsv only")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    warnings.simplefilter("ignore")
    if arguments.parameters:
        write_parameters(arguments.folder / "parameters.tsv", [*torch_counts(), *keras_counts()])
        return 0
    failed = []
    for family in (write_torch, write_keras, write_sklearn):
        for name, write in family(arguments.folder, arguments.large, arguments.only):
            if arguments.only and not any(part in name for part in arguments.only):
                continue
            path = arguments.folder / f"{name}.onnx"
            try:
                write(path)
                print(f"{path.name}: {path.stat().st_size} bytes", flush=True)
            except Exception as error:  # one exporter's limit is not the others'
                path.unlink(missing_ok=True)
                failed.append(name)
                print(f"{name}: not written: {type(error).__name__}: {str(error).strip().splitlines()[:1]}"[:400],
                      file=sys.stderr, flush=True)
    if failed:
        print(f"{len(failed)} not written", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
