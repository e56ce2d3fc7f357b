"""The environment variables Rasa's own files and libraries read; set before Rasa is imported."""

from __future__ import annotations

import os
import warnings
from urllib.parse import unquote, urlsplit

from bot.nlu.places import ROOT, data_dir


def quiet() -> None:
    """No telemetry, no chatter of libraries, no cache in the working directory."""
    os.chdir(ROOT)
    # What locked libraries say of each other is nobody's to act on, and would stand in reports.
    warnings.simplefilter("ignore")
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    # Rasa's own cache sees one class of a component only, not the modules it uses; ours sees all files.
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"
    os.environ["RASA_CACHE_DIRECTORY"] = str(data_dir() / "rasa-cache")
    for name, value in {"TF_CPP_MIN_LOG_LEVEL": "3", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}.items():
        os.environ.setdefault(name, value)


def fill_endpoints() -> None:
    """Give endpoints.yml its variables, with the defaults of a single machine."""
    os.environ.setdefault("AFTERCARE_ACTIONS_PORT", "5055")
    tracker = data_dir() / "rasa-tracker.db"
    os.environ["AFTERCARE_RASA_TRACKER_URL"] = (
        os.environ.get("AFTERCARE_RASA_TRACKER_URL") or f"sqlite:///{tracker}"
    )
    os.environ.update(_lock_store(os.environ.get("AFTERCARE_REDIS_URL", "")))


def _lock_store(redis_url: str) -> dict[str, str]:
    # Rasa's lock store takes the parts of an address, not the address.
    url = urlsplit(redis_url)
    parts = {
        "STORE": "redis" if redis_url else "in_memory",
        "HOST": url.hostname or "",
        "PORT": str(url.port or 6379),
        "DB": url.path.strip("/") or "0",
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "TLS": "yes" if url.scheme == "rediss" else "",
    }
    return {f"AFTERCARE_RASA_LOCK_{name}": value for name, value in parts.items()}
