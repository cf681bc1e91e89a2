"""Five small trainings with Keras 3: each leaves CSVLogger's table, its History as JSON and what fit() printed."""

import contextlib
import json
import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np


def model_of(loss, rate, metrics, outputs=1, activation="sigmoid"):
    model = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(8, "tanh"), keras.layers.Dense(outputs, activation)]
    )
    model.compile(keras.optimizers.SGD(rate), loss, metrics=metrics)
    return model


def main():
    keras.utils.set_random_seed(3)
    x = np.random.default_rng(3).normal(size=(96, 4)).astype("float32")
    binary = (x.sum(axis=1) > 0).astype("float32")
    classes = np.digitize(x[:, 0], [-0.5, 0.5])
    squares = (x**2).sum(axis=1)
    schedule = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.8)
    log = keras.callbacks.CSVLogger
    runs = {
        "binary": (model_of("binary_crossentropy", 0.5, ["accuracy", "AUC"]), binary, 1,
                   {"validation_split": 0.25}, []),
        "no-validation": (model_of("mse", 0.01, ["mae"], activation="linear"), squares, 2, {}, []),
        "diverges": (model_of("mse", 500.0, ["mae"], activation="linear"), squares, 2,
                     {"validation_split": 0.25}, []),
        "rates": (model_of("sparse_categorical_crossentropy", 0.5, ["accuracy"], 3, "softmax"), classes, 1,
                  {"validation_split": 0.25}, [schedule]),
        "every-third": (model_of("binary_crossentropy", 0.05, ["accuracy"]), binary, 2,
                        {"validation_data": (x[:24], binary[:24]), "validation_freq": 3}, []),
    }
    for name, (model, target, verbose, validation, callbacks) in runs.items():
        os.makedirs("keras/" + name, exist_ok=True)
        with open("keras/%s/run.log" % name, "w") as out, contextlib.redirect_stdout(out):
            history = model.fit(x, target, batch_size=16, epochs=6, verbose=verbose,
                                callbacks=[log("keras/%s/training.csv" % name), *callbacks], **validation)
        with open("keras/%s/history.json" % name, "w") as out:
            json.dump(history.history, out)


main()
