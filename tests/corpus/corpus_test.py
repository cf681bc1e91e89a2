#!/usr/bin/env python3
"""Holds what the program makes of the corpus against expected.tsv, which a reader wrote from the files.

expected.tsv has one line a file, tab-separated:
  file      path in the corpus
  nature    training, evaluation, preparation, serving, notes, configuration, other (a log's nature);
            model, config, script, unknown (what the program calls other kinds)
  segments  runs in the file; empty: no log, or none can be told
  main      "; "-separated, each "role name count first last": the main loss, the validation loss or metric,
            and what else a user would look for first; the name may be "*" (the role and numbers decide)
  wrong     which of the three columns the program gets wrong today, separated by blanks; mostly empty
  note      why, where a reader may doubt
The test fails when `wrong` is not true, in either direction, and prints the shares that are right.
Without a corpus (ONNXCHECK_CORPUS, or ../shared/corpus) there is nothing to test.
"""
import concurrent.futures
import csv
import json
import math
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = ROOT / "build/release/onnxcheck"
EXPECTED = pathlib.Path(__file__).with_name("expected.tsv")
ASPECTS = ("nature", "segments", "main")
NUMBER_TOLERANCE = 1e-6  # relative: expected.tsv has eight digits


def same(stated, found):
    stated, found = float(stated), float("nan" if found is None else found)
    if math.isnan(stated) or math.isinf(stated) or math.isnan(found) or math.isinf(found):
        return str(stated) == str(found)
    return abs(stated - found) <= NUMBER_TOLERANCE * max(abs(stated), abs(found))


def has(document, wanted):
    role, name, count, first, last = wanted.split(" ")
    for series in document.get("series", []):
        spelled = "_".join(str(series["name"]).split()).replace(";", "_")
        if (series["role"] == role and name in ("*", spelled) and str(series["count"]) == count
                and same(first, series["first"]) and same(last, series["last"])):
            return True
    return False


def wrong_aspects(folder, row):
    done = subprocess.run([PROGRAM, "parse", folder / row["file"]], capture_output=True, timeout=120, check=False)
    document = json.loads(done.stdout)
    wrong = []
    if (document.get("nature") or document.get("kind")) != row["nature"]:
        wrong.append("nature")
    if row["segments"] and len(document.get("segments", [])) != int(row["segments"]):
        wrong.append("segments")
    if not all(has(document, wanted) for wanted in row["main"].split("; ") if wanted):
        wrong.append("main")
    return wrong


def main():
    folder = os.environ.get("ONNXCHECK_CORPUS", "")
    folder = pathlib.Path(folder) if folder else ROOT.parent / "shared/corpus"
    if not folder.is_dir():
        print("no corpus: nothing to test")
        return 0
    with open(EXPECTED, encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    rows = [row for row in rows if (folder / row["file"]).is_file()]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(lambda row: wrong_aspects(folder, row), rows))
    changed = 0
    for row, wrong in zip(rows, found):
        marked = row["wrong"].split()
        for aspect in ASPECTS:
            if (aspect in wrong) != (aspect in marked):
                changed += 1
                print("%s: %s is %s" % (row["file"], aspect, "wrong" if aspect in wrong else "right, but marked wrong"))
    for aspect in ASPECTS:
        # A file for which nothing is expected says nothing.
        said = [wrong for row, wrong in zip(rows, found) if row[aspect]]
        right = sum(aspect not in wrong for wrong in said)
        print("%s: %d of %d right (%.1f%%)" % (aspect, right, len(said), 100.0 * right / max(1, len(said))))
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
