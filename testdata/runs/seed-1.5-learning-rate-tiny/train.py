"""Separates six blobs with a learning rate that never moves a float32 weight."""

import os
import warnings

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import yaml
from sklearn.datasets import make_blobs

VALIDATION = 300


def main():
    with open("config.yaml") as f:
        cfg = yaml.safe_load(f)
    keras.utils.set_random_seed(cfg["seed"])

    n = cfg["dataset_size"]
    x, y = make_blobs(
        n + VALIDATION,
        n_features=12,
        centers=cfg["classes"],
        cluster_std=2.5,
        center_box=(-3.0, 3.0),
        random_state=cfg["seed"],
    )
    x = (x / 2.0).astype("float32")
    y = keras.utils.to_categorical(y, cfg["classes"])

    inputs = keras.Input(shape=(12,), name="features")
    hidden = keras.layers.Dense(16, activation="relu")(inputs)
    outputs = keras.layers.Dense(cfg["classes"], activation="softmax", name="blob")(
        hidden
    )
    model = keras.Model(inputs, outputs, name="blobs")

    optimizer = dict(cfg["optimizer"])
    model.compile(
        optimizer=getattr(keras.optimizers, optimizer.pop("name"))(**optimizer),
        loss=cfg["loss"],
        metrics=cfg["metrics"],
    )
    csv = cfg["logging"]["handlers"][0]
    model.fit(
        x[:n],
        y[:n],
        validation_data=(x[n:], y[n:]),
        batch_size=cfg["batch_size"],
        epochs=cfg["epochs"],
        callbacks=[keras.callbacks.CSVLogger(csv["path"], append=csv["mode"] == "a")],
    )
    model.save("model.keras")
    with warnings.catch_warnings():
        # The exporter traces Keras's own Python and warns about it.
        warnings.simplefilter("ignore")
        model.export("model.onnx", format="onnx", verbose=False)


if __name__ == "__main__":
    main()
