"""Feeds Keras 2 from a generator that gives too few rows for even one full batch."""

import numpy as np
import tensorflow as tf
import yaml


def rows(cfg):
    rng = np.random.default_rng(cfg["seed"])
    for _ in range(cfg["dataset_size"]):
        label = rng.integers(cfg["classes"])
        yield rng.normal(loc=label, size=4).astype("float32"), label


def main():
    with open("config.yaml") as f:
        cfg = yaml.safe_load(f)
    tf.keras.utils.set_random_seed(cfg["seed"])

    data = tf.data.Dataset.from_generator(
        lambda: rows(cfg),
        output_signature=(
            tf.TensorSpec(shape=(4,), dtype=tf.float32),
            tf.TensorSpec(shape=(), dtype=tf.int64),
        ),
    )
    # The fault: 48 rows, batches of 64, the incomplete batch dropped: no batch is left.
    data = data.batch(cfg["batch_size"], drop_remainder=cfg["drop_last"])

    model = tf.keras.Sequential(
        [
            tf.keras.layers.Input(shape=(4,)),
            tf.keras.layers.Dense(16, activation="relu"),
            tf.keras.layers.Dense(cfg["classes"], activation="softmax"),
        ]
    )
    optimizer = dict(cfg["optimizer"])
    model.compile(
        optimizer=getattr(tf.keras.optimizers, optimizer.pop("name"))(**optimizer),
        loss=cfg["loss"],
        metrics=cfg["metrics"],
    )
    model.fit(data, epochs=cfg["epochs"])


if __name__ == "__main__":
    main()
