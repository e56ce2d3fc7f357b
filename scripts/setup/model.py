"""The trained model: bot.nlu.train knows whether it is missing or stale; here its failure is explained."""

import os
import subprocess

from scripts.setup import RASA_ENVIRONMENT, ROOT
from scripts.setup.steps import failure


def train() -> None:
    """A model in the data directory that fits the training data and the components as they are."""
    python = RASA_ENVIRONMENT / "bin" / "python"
    trained = subprocess.run([str(python), "-m", "bot.nlu.train"], cwd=ROOT, check=False)
    if trained.returncode != 0:
        data_dir = (ROOT / os.environ.get("AFTERCARE_DATA_DIR", "var")).resolve()
        raise failure("Training the model", data_dir / "train.log")
