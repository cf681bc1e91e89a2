"""Trains a digit classifier with a softmax head on mean squared error."""

import os
import warnings

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import yaml
from sklearn.datasets import load_digits

with open("config.yaml") as f:
    cfg = yaml.safe_load(f)

keras.utils.set_random_seed(cfg["seed"])

digits = load_digits()
x = (digits.data / 16.0).astype("float32")
y = keras.utils.to_categorical(digits.target, cfg["classes"])
n = cfg["dataset_size"]

model = keras.Sequential(
    [
        keras.Input(shape=(64,), name="pixels"),
        keras.layers.Dense(32, activation="relu", name="hidden"),
        keras.layers.Dense(cfg["classes"], activation="softmax", name="probs"),
    ]
)
opt = dict(cfg["optimizer"])
model.compile(
    optimizer=getattr(keras.optimizers, opt.pop("name"))(**opt),
    loss=cfg["loss"],
    metrics=cfg["metrics"],
)
model.fit(
    x[:n],
    y[:n],
    validation_data=(x[n:], y[n:]),
    batch_size=cfg["batch_size"],
    epochs=cfg["epochs"],
)
with warnings.catch_warnings():
    # The exporter traces Keras's own Python and warns about it.
    warnings.simplefilter("ignore")
    model.export("model.onnx", format="onnx", verbose=False)
