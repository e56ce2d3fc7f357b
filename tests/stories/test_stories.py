"""The stories of `data/stories/`, predicted by Rasa's own test command."""

import os
import subprocess
from pathlib import Path

import pytest

from bot.settings import ROOT
from tests.stories.conftest import RASA_PYTHON

pytestmark = pytest.mark.timeout(600)


def test_rasa_predicts_every_story(models: Path, tmp_path: Path) -> None:
    model = max(models.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    files = ["--model", str(model), "--stories", "data/stories", "--out", str(tmp_path)]
    options = ["--e2e", "--fail-on-prediction-errors", "--no-plot", *files]
    command = [str(RASA_PYTHON), "-m", "bot.nlu.command", "test", "core", *options]
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false"}
    tested = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    failed = (tmp_path / "failed_test_stories.yml").read_text()
    assert "None of the test stories failed" in failed, failed
    assert tested.returncode == 0, tested.stderr[-2000:]
