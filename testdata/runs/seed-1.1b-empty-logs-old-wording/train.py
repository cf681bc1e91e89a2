"""Filters a tf.data pipeline with a condition that no row meets."""

import numpy as np
import tensorflow as tf
import yaml

LOW, HIGH = 0.0, 255.0


def main():
    with open("config.yaml") as f:
        cfg = yaml.safe_load(f)
    tf.keras.utils.set_random_seed(cfg["seed"])
    rng = np.random.default_rng(cfg["seed"])
    x = rng.uniform(LOW, HIGH, size=(cfg["dataset_size"], 6)).astype("float32") / HIGH
    y = x.mean(axis=1, keepdims=True)

    # The fault: the rows are already scaled to [0, 1], so none is brighter than 32.
    data = (
        tf.data.Dataset.from_tensor_slices((x, y))
        .filter(lambda row, _: tf.reduce_max(row) > 32.0)
        .shuffle(64, seed=cfg["seed"])
        .batch(cfg["batch_size"])
    )
    inputs = tf.keras.Input(shape=(6,))
    hidden = tf.keras.layers.Dense(8, activation="relu")(inputs)
    model = tf.keras.Model(inputs, tf.keras.layers.Dense(1)(hidden))
    optimizer = dict(cfg["optimizer"])
    model.compile(
        optimizer=getattr(tf.keras.optimizers, optimizer.pop("name"))(**optimizer),
        loss=cfg["loss"],
        metrics=cfg["metrics"],
    )
    model.fit(data, epochs=cfg["epochs"])


if __name__ == "__main__":
    main()
