"""Means to train one regression model in rounds, each round going on where the last one ended."""

import os
import warnings

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import numpy as np
import yaml

ROUNDS = 5


def make_data(count, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(count, 8)).astype("float32")
    y = 2.0 * x[:, 0] - x[:, 1] * x[:, 2] + np.sin(2.0 * x[:, 3])
    y += 0.1 * rng.normal(size=count)
    return x, y.astype("float32")[:, None]


def build(cfg):
    model = keras.Sequential(
        [
            keras.Input(shape=(8,), name="features"),
            keras.layers.Dense(48, activation="relu"),
            keras.layers.Dense(24, activation="relu"),
            keras.layers.Dense(1),
        ]
    )
    optimizer = dict(cfg["optimizer"])
    model.compile(
        optimizer=getattr(keras.optimizers, optimizer.pop("name"))(**optimizer),
        loss=cfg["loss"],
        metrics=cfg["metrics"],
    )
    return model


with open("config.yaml") as f:
    cfg = yaml.safe_load(f)

keras.utils.set_random_seed(cfg["seed"])
x, y = make_data(cfg["dataset_size"], cfg["seed"])

for round_no in range(1, ROUNDS + 1):
    # The fault: a new model each round, so the round before was for nothing.
    model = build(cfg)
    model.fit(
        x, y, batch_size=cfg["batch_size"], epochs=cfg["epochs"], verbose=2
    )
    print(f"Round {round_no} of {ROUNDS} done", flush=True)

with warnings.catch_warnings():
    # The exporter traces Keras's own Python and warns about it.
    warnings.simplefilter("ignore")
    model.export("model.onnx", format="onnx", verbose=False)
