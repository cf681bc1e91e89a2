"""Trains a dense digit classifier; the settings are in config.yaml."""

import os
import warnings

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import yaml
from keras import layers
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

with open("config.yaml") as f:
    cfg = yaml.safe_load(f)

keras.utils.set_random_seed(cfg["seed"])

digits = load_digits()
x_train, x_val, y_train, y_val = train_test_split(
    (digits.data / 16.0).astype("float32"),
    digits.target,
    train_size=cfg["dataset_size"],
    stratify=digits.target,
    random_state=cfg["seed"],
)

model = keras.Sequential(
    [
        keras.Input(shape=(64,), name="pixels"),
        layers.Dense(32, activation="relu", name="hidden1"),
        layers.Dense(16, activation="relu", name="hidden2"),
        layers.Dense(cfg["classes"], activation="softmax", name="probs"),
    ],
    name="digits",
)
model.summary()

optimizer = dict(cfg["optimizer"])
model.compile(
    optimizer=keras.optimizers.get(
        {"class_name": optimizer.pop("name"), "config": optimizer}
    ),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=cfg["from_logits"])
    if cfg["from_logits"]
    else cfg["loss"],
    metrics=cfg["metrics"],
)

csv = cfg["logging"]["handlers"][0]
model.fit(
    x_train,
    y_train,
    validation_data=(x_val, y_val),
    batch_size=cfg["batch_size"],
    epochs=cfg["epochs"],
    callbacks=[keras.callbacks.CSVLogger(csv["path"], append=csv["mode"] == "a")],
)

model.save("model.keras")
with warnings.catch_warnings():
    # The exporter traces Keras's own Python and warns about it.
    warnings.simplefilter("ignore")
    model.export("model.onnx", format="onnx", verbose=False)
