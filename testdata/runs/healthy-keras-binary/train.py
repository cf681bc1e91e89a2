"""Tells two interleaved half moons apart: one sigmoid unit, binary cross-entropy."""

import os
import warnings

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import yaml
from sklearn.datasets import make_moons

VALIDATION = 600

with open("config.yaml") as f:
    cfg = yaml.safe_load(f)
keras.utils.set_random_seed(cfg["seed"])

n = cfg["dataset_size"]
x, y = make_moons(n + VALIDATION, noise=0.2, random_state=cfg["seed"])
x = x.astype("float32")
y = y.astype("float32")

model = keras.Sequential(
    [
        keras.Input(shape=(2,), name="point"),
        keras.layers.Dense(24, activation="relu"),
        keras.layers.Dense(12, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid", name="upper"),
    ]
)
optimizer = dict(cfg["optimizer"])
model.compile(
    optimizer=getattr(keras.optimizers, optimizer.pop("name"))(**optimizer),
    loss=keras.losses.get(
        {
            "class_name": cfg["loss"],
            "config": {"from_logits": cfg["from_logits"]},
        }
    ),
    metrics=cfg["metrics"],
)
model.fit(
    x[:n],
    y[:n],
    validation_data=(x[n:], y[n:]),
    batch_size=cfg["batch_size"],
    epochs=cfg["epochs"],
    verbose=2,
)
with warnings.catch_warnings():
    # The exporter traces Keras's own Python and warns about it.
    warnings.simplefilter("ignore")
    model.export("model.onnx", format="onnx", verbose=False)
