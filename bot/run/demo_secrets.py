"""The demo's secrets: made once, kept beside its data, readable by their owner only."""

import os
import secrets

from bot.settings import DEMO_ENV_FILE, Settings

NAMES = ("identity_secret", "rasa_token", "actions_token", "files_secret", "shop_secret")


def complete(settings: Settings) -> None:
    """Write the secrets that are not set; production sets its own."""
    if not settings.demo:
        return
    missing = [name for name in NAMES if not getattr(settings, name).get_secret_value()]
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    file = os.open(settings.data_dir / DEMO_ENV_FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(file, "w", encoding="ascii") as lines:
        for name in missing:
            lines.write(f"AFTERCARE_{name.upper()}={secrets.token_urlsafe(32)}\n")
