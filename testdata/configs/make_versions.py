#!/usr/bin/env python3
"""Writes what other versions of the frameworks write, where the format changed: make_versions.py FOLDER

FOLDER is one of VERSIONS, which says the Python and the packages that each one wants in an environment of its own
(newest ones: make_configs.py). Files above a few kilobytes and whatever is not configuration are removed.
"""
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
os.environ.update(CUDA_VISIBLE_DEVICES="", TF_CPP_MIN_LOG_LEVEL="3", WANDB_MODE="offline", WANDB_SILENT="true",
                  HF_HUB_OFFLINE="1", YOLO_VERBOSE="false")


def small_keras(keras, frozen=False):
    layers = keras.layers
    model = keras.models.Sequential([layers.Dense(8, activation="relu", input_shape=(4,), name="base"),
                                     layers.Dense(3, activation="softmax", name="head")])
    if frozen:
        model.layers[0].trainable = False
    return model


def keras_2_2(folder):
    """Keras on TensorFlow 1: .h5 with "lr", and to_json() without inbound nodes of Keras 3."""
    import keras
    import numpy
    model = small_keras(keras, frozen=True)
    model.compile(optimizer=keras.optimizers.SGD(lr=0.05, momentum=0.9, decay=1e-4),
                  loss="categorical_crossentropy", metrics=["accuracy"])
    log = keras.callbacks.CSVLogger(str(folder / "history.csv"))
    model.fit(numpy.ones((32, 4)), numpy.eye(3)[[0] * 32], epochs=2, verbose=0, validation_split=0.25, callbacks=[log])
    model.save(str(folder / "model.h5"))
    (folder / "architecture.json").write_text(model.to_json())


def tf_2_4(folder):
    """tf.keras 2.4: a SavedModel with its metadata in saved_model.pb."""
    from tensorflow import keras
    model = small_keras(keras)
    rate = keras.optimizers.schedules.ExponentialDecay(0.1, decay_steps=100, decay_rate=0.9)
    model.compile(optimizer=keras.optimizers.RMSprop(rate), loss=keras.losses.CategoricalCrossentropy(from_logits=True),
                  metrics=["accuracy"])
    model.save(str(folder / "saved"), save_traces=False)
    model.save(str(folder / "model.h5"))


def tf_2_8(folder):
    """tf.keras 2.8: keras_metadata.pb beside it."""
    from tensorflow import keras
    model = small_keras(keras, frozen=True)
    model.compile(optimizer=keras.optimizers.Adam(0.004, epsilon=1e-6), loss="sparse_categorical_crossentropy")
    model.save(str(folder / "saved"), save_traces=False)
    (folder / "saved/saved_model.pb").unlink()  # holds no metadata any more
    model.save(str(folder / "model.h5"))


def tf_2_15(folder):
    """tf.keras 2.15: the .keras archive of Keras 2, after a callback has changed the learning rate."""
    import numpy
    from tensorflow import keras
    model = small_keras(keras)
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss=keras.losses.SparseCategoricalCrossentropy(),
                  metrics=["accuracy"])
    lower = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 4)
    log = keras.callbacks.CSVLogger(str(folder / "history.csv"))
    model.fit(numpy.ones((32, 4)), numpy.zeros(32), epochs=2, verbose=0, callbacks=[lower, log])
    model.save(str(folder / "model.keras"))
    model.save(str(folder / "model.h5"))
    frozen = small_keras(keras)
    frozen.trainable = False
    frozen.compile(optimizer=keras.optimizers.AdamW(0.002, weight_decay=0.05), loss="mse")
    frozen.save(str(folder / "frozen.keras"))


def hugging_face(folder):
    """A Trainer of transformers 4: trainer_state.json, training_args.json, the model card."""
    import torch
    import transformers
    torch.manual_seed(0)
    config = transformers.BertConfig(vocab_size=20, hidden_size=8, num_hidden_layers=1, num_attention_heads=2,
                                     intermediate_size=8, max_position_embeddings=16, num_labels=3,
                                     problem_type="single_label_classification")
    model = transformers.BertForSequenceClassification(config)
    rows = [{"input_ids": torch.randint(20, (8,)), "labels": torch.tensor(i % 3)} for i in range(48)]
    older = transformers.__version__ < "4.41"
    arguments = transformers.TrainingArguments(
        output_dir=str(folder), num_train_epochs=2, per_device_train_batch_size=8, learning_rate=3e-4,
        warmup_steps=2, weight_decay=0.01, logging_steps=2, save_strategy="no", seed=7, report_to=[],
        **{"evaluation_strategy" if older else "eval_strategy": "epoch", "no_cuda" if older else "use_cpu": True})
    trainer = transformers.Trainer(model, arguments, train_dataset=rows, eval_dataset=rows[:9])
    result = trainer.train()
    trainer.save_state()
    trainer.save_metrics("all", dict(result.metrics, train_samples=len(rows)))
    (folder / "training_args.json").write_text(arguments.to_json_string())
    config.save_pretrained(str(folder))
    trainer.create_model_card(model_name="tiny", tasks="text-classification")  # a parent would be looked up


def lightning_1_9(folder):
    """pytorch_lightning 1: hparams.yaml with a list and a dictionary, metrics.csv without a "step" of its own."""
    import pytorch_lightning as pl
    import torch

    class Model(pl.LightningModule):
        def __init__(self, lr=0.02, batch_size=16, widths=(8, 4), optimizer="sgd", max_epochs=2):
            super().__init__()
            self.save_hyperparameters()
            self.layer = torch.nn.Linear(4, 3)

        def training_step(self, batch, index):
            loss = torch.nn.functional.cross_entropy(self.layer(batch[0]), batch[1])
            self.log("train_loss", loss)
            return loss

        def validation_step(self, batch, index):
            self.log("val_loss", torch.nn.functional.cross_entropy(self.layer(batch[0]), batch[1]))

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), lr=self.hparams.lr)

    torch.manual_seed(0)
    rows = torch.utils.data.TensorDataset(torch.randn(64, 4), torch.randint(3, (64,)))
    logger = pl.loggers.CSVLogger(str(folder), flush_logs_every_n_steps=1)
    trainer = pl.Trainer(max_epochs=2, logger=logger, log_every_n_steps=2, enable_checkpointing=False,
                         enable_progress_bar=False, enable_model_summary=False, accelerator="cpu")
    trainer.fit(Model(), torch.utils.data.DataLoader(rows, 16), torch.utils.data.DataLoader(rows, 16))
    version = folder / "lightning_logs/version_0"
    for name in ("hparams.yaml", "metrics.csv"):
        shutil.move(str(version / name), str(folder / name))
    shutil.rmtree(str(folder / "lightning_logs"))


def mlflow(folder):
    """A run of the file store."""
    import mlflow
    mlflow.set_tracking_uri((folder / "mlruns").as_uri())
    mlflow.set_experiment("demo")
    with mlflow.start_run(run_name="first"):
        mlflow.log_params({"learning_rate": 1e-3, "optimizer": "Adam", "batch_size": 32, "epochs": 3, "loss": "mse"})
        mlflow.set_tag("framework", "keras")
        for epoch in range(3):
            mlflow.log_metric("loss", 1 / (1 + epoch), step=epoch)
    for meta in list((folder / "mlruns").rglob("meta.yaml")):
        if (meta.parent / "params").is_dir():
            shutil.copytree(str(meta.parent), str(folder / meta.parent.name),
                            ignore=shutil.ignore_patterns("artifacts", "mlflow.*"))
    shutil.rmtree(str(folder / "mlruns"))


def wandb(folder):
    """What a run leaves in its folder: config.yaml, wandb-metadata.json, wandb-summary.json, as far as offline."""
    script = """import wandb
run = wandb.init(project="demo", config={"learning_rate": 0.005, "optimizer": "adam", "batch_size": 16, "epochs": 2,
                                         "scheduler": {"name": "cosine", "warmup_steps": 10}, "dropout": 0.2})
for step in range(3):
    run.log({"loss": 1 / (1 + step), "learning_rate": 0.001 / (1 + step)})
run.finish()
"""
    config = {"learning_rate": 0.005, "optimizer": "adam", "batch_size": 16, "epochs": 2,
              "scheduler": {"name": "cosine", "warmup_steps": 10}, "dropout": 0.2}
    with tempfile.TemporaryDirectory() as scratch:
        (pathlib.Path(scratch) / "train.py").write_text(script)
        subprocess.run([sys.executable, "train.py", "--learning-rate", "0.005", "--batch_size=16", "--epochs", "2",
                        "--no-amp", "data/train.csv"], cwd=scratch, check=True, stdout=subprocess.DEVNULL)
        for path in pathlib.Path(scratch).glob("wandb/offline-run-*/files/*"):
            if path.name in ("config.yaml", "wandb-metadata.json", "wandb-summary.json"):
                shutil.copy(str(path), str(folder / path.name))
    metadata = json.loads((folder / "wandb-metadata.json").read_text())
    for private in ("os", "host", "username", "email", "root", "git", "executable", "cpu_freq", "cpu_freq_per_core"):
        metadata.pop(private, None)
    (folder / "wandb-metadata.json").write_text(json.dumps(metadata, indent=2))
    if not (folder / "config.yaml").exists():
        # A run that is not synchronised keeps its configuration in the .wandb file.
        from wandb.sdk.lib import config_util
        config_util.save_config_file_from_dict(str(folder / "config.yaml"), config_util.dict_add_value_dict(config))


def wandb_0_31(folder):
    """A run that was not synchronised: since 0.18 its .wandb file alone has the configuration."""
    import wandb
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        settings = wandb.Settings(x_disable_meta=True, x_disable_stats=True, disable_git=True, console="off",
                                  save_code=False)
        run = wandb.init(project="demo", mode="offline", settings=settings,
                         config={"learning_rate": 0.005, "optimizer": "adam", "batch_size": 16, "epochs": 2,
                                 "scheduler": {"name": "cosine", "warmup_steps": 10}, "dropout": 0.2})
        run.config.update({"learning_rate": 0.01, "notes": 'a "quoted" word'}, allow_val_change=True)
        for step in range(3):
            run.log({"loss": 1 / (1 + step)})
        run.finish()
        shutil.copy(str(next(pathlib.Path(scratch).glob("wandb/offline-run-*/run-*.wandb"))), str(folder / "run.wandb"))
        os.chdir(str(HERE))


def hydra_1_0(folder):
    """.hydra/*.yaml before defaults were kept in runtime.choices."""
    (folder / "conf").mkdir()
    (folder / "conf/config.yaml").write_text("""seed: null
optimizer: {_target_: torch.optim.AdamW, lr: 3e-4, weight_decay: 0.01, betas: [0.9, 0.95]}
data: {batch_size: 64, dataset_size: 640, drop_last: true}
trainer: {max_epochs: 3}
""")
    (folder / "run.py").write_text('''import logging
import hydra

@hydra.main(config_path="conf", config_name="config")
def main(config):
    for epoch in range(config.trainer.max_epochs):
        logging.getLogger(__name__).info("epoch %d loss %.4f", epoch, 1 / (1 + epoch))

main()
''')
    subprocess.run([sys.executable, "run.py", "trainer.max_epochs=2", "hydra.run.dir=out"], cwd=str(folder), check=True,
                   stdout=subprocess.DEVNULL)
    for path in list((folder / "out").iterdir()):
        shutil.move(str(path), str(folder / path.name))
    shutil.rmtree(str(folder / "out"))
    shutil.rmtree(str(folder / "conf"))
    (folder / "run.py").unlink()


def ultralytics(folder):
    """args.yaml, as BaseTrainer writes it before the first epoch."""
    from ultralytics.cfg import get_cfg
    from ultralytics.utils import DEFAULT_CFG
    from ultralytics.utils import YAML
    arguments = get_cfg(DEFAULT_CFG, {"model": "yolov8n.pt", "data": "coco8.yaml", "epochs": 50, "batch": 8, "lr0": 0.02,
                                      "optimizer": "SGD", "freeze": 10, "patience": 20})
    arguments.save_dir = "runs/detect/train"
    YAML.save(folder / "args.yaml", vars(arguments))


# Folder: (Python, packages, function)
VERSIONS = {
    "keras-2.2": ("3.7", "tensorflow-cpu==1.15.0 keras==2.2.5 h5py==2.10.0 protobuf<3.21 numpy<1.19", keras_2_2),
    "tf-2.4": ("3.8", "tensorflow-cpu==2.4.4", tf_2_4),
    "tf-2.8": ("3.8", "tensorflow-cpu==2.8.4 protobuf<3.21", tf_2_8),
    "tf-2.15": ("3.11", "tensorflow-cpu==2.15.1", tf_2_15),
    "hugging-face-4.30": ("3.11", "transformers==4.30.2 torch", hugging_face),
    "hugging-face-4.57": ("3.11", "transformers==4.57.1 torch", hugging_face),
    "lightning-1.9": ("3.11", "pytorch-lightning==1.9.5 torch", lightning_1_9),
    "mlflow-1.30": ("3.8", "mlflow-skinny==1.30.1 protobuf<4", mlflow),
    "mlflow-2.22": ("3.11", "mlflow-skinny==2.22.0", mlflow),
    "wandb-0.12": ("3.8", "wandb==0.12.21 protobuf<4 setuptools==65.5", wandb),
    "wandb-0.15": ("3.8", "wandb==0.15.12 setuptools==65.5", wandb),
    "wandb-0.31": ("3.11", "wandb==0.31.0", wandb_0_31),
    "hydra-1.0": ("3.8", "hydra-core==1.0.7 omegaconf==2.0.6", hydra_1_0),
    "ultralytics-8.3": ("3.11", "ultralytics==8.3.200", ultralytics),
}

# All but these are weights and what else is no configuration.
KEPT = (".json", ".yaml", ".yml", ".csv", ".md", ".keras", ".h5", ".pb", ".log", ".wandb")


def tidy(folder):
    """Keeps small files of configuration, without this machine's paths and names."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
            continue
        if "variables" in path.parts or path.name == "fingerprint.pb" or (
                path.suffix not in KEPT and path.parent.parent.parent != folder.parent / folder.name and
                path.parent.name not in ("params", "tags", "metrics")):
            path.unlink()
            continue
        if path.suffix in (".keras", ".h5", ".pb", ".wandb"):
            continue
        text = path.read_text()
        clean = text
        for secret, name in ((str(HERE), "/runs"), (sys.prefix, "/venv"), (platform.node(), "host"),
                             (os.environ.get("PYTHONPATH", "\0"), "/venv")):
            clean = clean.replace(secret, name)
        if clean != text:
            path.write_text(clean)


def main():
    if len(sys.argv) != 2 or sys.argv[1] not in VERSIONS:
        for name, (python, packages, _) in VERSIONS.items():
            print("%-18s Python %-4s %s" % (name, python, packages))
        return 2
    folder = HERE / sys.argv[1]
    shutil.rmtree(str(folder), ignore_errors=True)
    folder.mkdir()
    VERSIONS[sys.argv[1]][2](folder)
    tidy(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
