import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
from tensorboardX import SummaryWriter

writer = SummaryWriter(log_dir="tb_logs")

keras.utils.set_random_seed(10)
x = np.random.rand(256, 8).astype("float32")
y = np.random.randint(0, 2, 256)

model = keras.Sequential([
    keras.Input((8,)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(2, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=5, batch_size=32, verbose=0)
print("Logs are in tb_logs, run: tensorboard --logdir tb_logs")
