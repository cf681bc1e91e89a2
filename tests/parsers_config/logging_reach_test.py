#!/usr/bin/env python3
"""Sets up Python's logging by random dictConfigs and fileConfigs and holds what a record reaches against `parse`.

Python is the judge: each handler writes to memory, a record of each level is issued at each logger, and the
handlers that wrote it must be the ones that the program names.
"""
import io
import json
import logging
import logging.config
import os
import pathlib
import random
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(os.environ.get("ONNXCHECK_SOURCE_DIR", pathlib.Path(__file__).resolve().parent.parent.parent))
PROGRAM = os.environ.get("ONNXCHECK_BINARY", str(ROOT / "build/release/onnxcheck"))
LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
NAMES = ["a", "a.b", "a.b.c", "x", "x.y"]
CASES = 40

written = {}


class Memory(logging.Handler):
    """Notes that a record came by; what `class` names in the configurations."""

    def __init__(self, filename="", mode="a"):
        super().__init__()
        self.filename = filename

    def emit(self, record):
        written.setdefault((record.name, record.levelname), set()).add(self.filename)


logging.MemoryFile = Memory
logging.lastResort = None  # what reaches no handler is not printed


def random_config(rng):
    handlers = {}
    for name in ("one", "two", "three"):
        handlers[name] = {"class": "logging.FileHandler", "filename": name}
        if rng.random() < 0.6:
            handlers[name]["level"] = rng.choice(LEVELS + ["NOTSET", 10, 40])

    def logger():
        made = {"handlers": rng.sample(list(handlers), rng.randint(0, 2))}
        if rng.random() < 0.6:
            made["level"] = rng.choice(LEVELS + ["NOTSET"])
        return made

    config = {"version": 1, "handlers": handlers, "loggers": {}}
    for name in rng.sample(NAMES, rng.randint(1, 4)):
        config["loggers"][name] = logger()
        if rng.random() < 0.4:
            config["loggers"][name]["propagate"] = rng.random() < 0.5
    if rng.random() < 0.8:
        config["root"] = logger()
    return config


def as_ini(config):
    """The same for fileConfig, which wants a root with a level, and propagation as a number."""
    loggers = {"root": config.get("root", {"handlers": []}), **config["loggers"]}
    lines = ["[loggers]", "keys=" + ",".join(name.replace(".", "_") for name in loggers),
             "[handlers]", "keys=" + ",".join(config["handlers"]), "[formatters]", "keys="]
    for name, logger in loggers.items():
        lines += ["[logger_%s]" % name.replace(".", "_"), "level=%s" % logger.get("level", "NOTSET"),
                  "handlers=" + ",".join(logger["handlers"])]
        if name != "root":
            lines += ["qualname=" + name, "propagate=%d" % logger.get("propagate", True)]
    for name, handler in config["handlers"].items():
        lines += ["[handler_%s]" % name, "class=FileHandler", "args=(%r,)" % name]
        if isinstance(handler.get("level"), str):
            lines.append("level=%s" % handler["level"])
    return "\n".join(lines) + "\n"


def reset():
    root = logging.getLogger()
    root.setLevel(logging.WARNING)
    for logger in [root] + [logging.getLogger(name) for name in NAMES]:
        logger.handlers.clear()
        logger.propagate, logger.disabled = True, False
        if logger is not root:
            logger.setLevel(logging.NOTSET)


def by_python(names):
    written.clear()
    for name in names:
        for level in LEVELS:
            logging.getLogger(name or None).log(getattr(logging, level), "x")
    label = lambda name: name or "root"
    return {name: {level: sorted(written.get((label(name), level), ())) for level in LEVELS} for name in names}


def by_program(text, suffix):
    with tempfile.NamedTemporaryFile("w", suffix=suffix) as file:
        file.write(text)
        file.flush()
        done = subprocess.run([PROGRAM, "parse", file.name], capture_output=True, text=True, check=False)
    document = json.loads(done.stdout)
    return {row["name"]: {level: sorted(row["reaches"][level]) for level in LEVELS}
            for row in document.get("loggers", [])}


class Reach(unittest.TestCase):
    def check(self, config, text, suffix, configure):
        reset()
        configure()
        names = ([""] if suffix == ".ini" or "root" in config else []) + list(config["loggers"])
        self.assertEqual(by_program(text, suffix), by_python(names), text)

    def test_dict_config(self):
        rng = random.Random(1)
        for _ in range(CASES):
            config = random_config(rng)
            text = json.dumps(config, indent=1)
            there = json.loads(text.replace("logging.FileHandler", "logging.MemoryFile"))
            self.check(config, text, ".json", lambda: logging.config.dictConfig(there))

    def test_file_config(self):
        rng = random.Random(2)
        for _ in range(CASES):
            config = random_config(rng)
            text = as_ini(config)
            there = text.replace("class=FileHandler", "class=MemoryFile")
            self.check(config, text, ".ini", lambda: logging.config.fileConfig(io.StringIO(there)))


if __name__ == "__main__":
    unittest.main()
