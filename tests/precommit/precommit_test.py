"""The hook in a scratch repository, under the real pre-commit: a bad model is stopped, a good one is not."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import onnx
import onnx.parser

ROOT = pathlib.Path(os.environ["ONNXCHECK_SOURCE_DIR"])
PROGRAM = pathlib.Path(os.environ["ONNXCHECK_BINARY"])


def model(units):
    """A classifier with that many units under its softmax: with one there is nothing to learn (M014)."""
    text = """<ir_version: 8, opset_import: ["" : 17]>
    net (float[N, 4] x) => (float[N, %d] probs) <float[4, %d] w = {%s}> {
      logits = MatMul(x, w)
      probs = Softmax<axis = -1>(logits)
    }""" % (units, units, ", ".join(str(0.1 * i) for i in range(4 * units)))
    return onnx.parser.parse_model(text).SerializeToString()


class PreCommitTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="onnxcheck-"))
        self.addCleanup(shutil.rmtree, self.folder)
        tools = pathlib.Path(sys.executable).parent
        self.environment = {
            "PATH": os.pathsep.join([str(PROGRAM.parent), str(tools), os.environ["PATH"]]),
            "HOME": str(self.folder),
            "PRE_COMMIT_HOME": str(self.folder / "cache"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com",
            "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com",
            "NO_COLOR": "1", "LC_ALL": "C.UTF-8",
        }
        # A clone of the project holds this file; a source archive has no git to clone from.
        hooks = self.folder / "hooks"
        hooks.mkdir()
        shutil.copy(ROOT / ".pre-commit-hooks.yaml", hooks)
        self.commit(hooks, "hooks", new=True)
        revision = self.run_in(hooks, "git", "rev-parse", "HEAD").stdout.strip()

        self.repository = self.folder / "repository"
        self.repository.mkdir()
        (self.repository / ".pre-commit-config.yaml").write_text(
            "repos:\n- repo: %s\n  rev: %s\n  hooks: [{id: onnxcheck}]\n" % (hooks, revision))
        self.commit(self.repository, "start", new=True)
        self.assertEqual(self.run_in(self.repository, "pre-commit", "install").returncode, 0)

    def run_in(self, folder, *command):
        return subprocess.run(command, cwd=folder, env=self.environment, capture_output=True, text=True,
                              timeout=120, check=False)

    def commit(self, folder, message, new=False):
        if new:
            self.run_in(folder, "git", "init", "-q")
        self.run_in(folder, "git", "add", "-A")
        return self.run_in(folder, "git", "commit", "-q", "-m", message)

    def subjects(self):
        return self.run_in(self.repository, "git", "log", "--format=%s").stdout.split()

    def test_a_bad_model_is_stopped_and_its_finding_shown(self):
        (self.repository / "bad.onnx").write_bytes(model(1))
        done = self.commit(self.repository, "bad")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("error[M014]", done.stdout + done.stderr)
        self.assertIn("bad.onnx", done.stdout + done.stderr)
        self.assertEqual(self.subjects(), ["start"])

    def test_a_good_model_passes(self):
        (self.repository / "good.onnx").write_bytes(model(10))
        done = self.commit(self.repository, "good")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(self.subjects(), ["good", "start"])

    def test_a_damaged_model_among_good_ones_is_stopped(self):
        (self.repository / "good.onnx").write_bytes(model(10))
        (self.repository / "cut.onnx").write_bytes(model(10)[:-20])
        done = self.commit(self.repository, "cut")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("cut.onnx", done.stdout + done.stderr)
        self.assertNotIn("--> good.onnx", done.stdout + done.stderr)
        self.assertEqual(self.subjects(), ["start"])

    def test_other_files_are_none_of_its_business(self):
        (self.repository / "notes.txt").write_text("nothing\n")
        done = self.commit(self.repository, "notes")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("Skipped", done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
