#!/usr/bin/env python3
"""Writes Keras 2 models as tf2onnx converts them: make_tf_models.py FOLDER. Needs requirements-tf.txt.

With --parameters after FOLDER: what Keras counts in them, for FOLDER/parameters.tsv (see make_models.py).
"""

import os
import pathlib
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import onnx
import tensorflow as tf
import tf2onnx

layers = tf.keras.layers


def mlp():
    return tf.keras.Sequential([layers.Input((16,)), layers.Dense(32, "relu"), layers.Dropout(0.3),
                                layers.Dense(5, "softmax")])


def cnn():
    return tf.keras.Sequential([
        layers.Input((20, 20, 1)), layers.Conv2D(8, 3, use_bias=False), layers.BatchNormalization(), layers.ReLU(),
        layers.MaxPooling2D(), layers.SeparableConv2D(12, 3, activation="relu"), layers.GlobalAveragePooling2D(),
        layers.Dense(5, "softmax")])


def lstm():
    return tf.keras.Sequential([layers.Input((12,), dtype="int32"), layers.Embedding(60, 8),
                                layers.Bidirectional(layers.LSTM(8)), layers.Dense(1, "sigmoid")])


def gru():
    return tf.keras.Sequential([layers.Input((12, 4)), layers.GRU(8, return_sequences=True), layers.GRU(8),
                                layers.Dense(3)])


def attention():
    x = start = layers.Input((10, 8))
    x = layers.LayerNormalization()(layers.Add()([x, layers.MultiHeadAttention(2, 8)(x, x)]))
    x = layers.GlobalMaxPooling1D()(x)
    return tf.keras.Model(start, layers.Dense(3, "softmax")(x))


CASES = (("mlp", mlp, 13), ("cnn", cnn, 15), ("lstm", lstm, 13), ("gru", gru, 18), ("attention", attention, 17))


def write_parameters(path):
    rows = dict(line.split("\t", 1) for line in path.read_text().splitlines()[1:])
    for name, build, opset in CASES:
        model = build()
        size = lambda weights: sum(w.shape.num_elements() for w in weights)
        rows[f"tf2onnx-{name}-{opset}"] = f"{size(model.trainable_weights)}\t{size(model.non_trainable_weights)}\t-"
    lines = path.read_text().splitlines()[:1] + [f"{name}\t{rows[name]}" for name in sorted(rows)]
    path.write_text("\n".join(lines) + "\n")


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    if "--parameters" in sys.argv[2:]:
        write_parameters(folder / "parameters.tsv")
        return
    for name, build, opset in CASES:
        tf.keras.utils.set_random_seed(0)
        model = build()
        rng = np.random.default_rng(0)
        shape = (256,) + model.input_shape[1:]
        integer = model.inputs[0].dtype.is_integer
        x = rng.integers(0, 60, shape) if integer else rng.standard_normal(shape).astype("float32")
        width = model.output_shape[-1]
        loss = "binary_crossentropy" if width == 1 else "sparse_categorical_crossentropy"
        model.compile(tf.keras.optimizers.legacy.Adam(3e-3), loss)
        model.fit(x, rng.integers(0, max(width, 2), 256), epochs=3, verbose=0)
        proto, _ = tf2onnx.convert.from_keras(model, opset=opset)
        path = folder / f"tf2onnx-{name}-{opset}.onnx"
        onnx.save(proto, str(path))
        print(f"{path.name}: {path.stat().st_size} bytes", flush=True)


if __name__ == "__main__":
    main()
