"""Frozen settings; the only reader of the environment.

Every setting is an environment variable `AFTERCARE_<NAME>`. In the demo, secrets that are not set come from
`<data_dir>/demo.env`, which the first start generates; production refuses to start without real ones.
"""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Self

from pydantic import AwareDatetime, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
DEMO_ENV_FILE = "demo.env"


DRIVERS = {
    "sqlite://": "sqlite+aiosqlite://",
    "postgresql://": "postgresql+asyncpg://",
    "postgres://": "postgresql+asyncpg://",
}


def _async_url(url: str) -> str:
    """The URL with the async driver for its kind of database."""
    for plain, driver in DRIVERS.items():
        if url.startswith(plain):
            return driver + url.removeprefix(plain)
    return url


class Settings(BaseSettings):
    """All settings, checked once at start. Paths are absolute, times carry a zone."""

    model_config = SettingsConfigDict(env_prefix="AFTERCARE_", frozen=True, extra="ignore")

    env: Literal["demo", "production"] = "demo"
    shop_id: str = Field(default="demo-shop", min_length=1)
    data_dir: Path = ROOT / "var"
    content_dir: Path = ROOT / "content"
    web_dir: Path = ROOT / "web" / "dist"
    database_url: str = ""
    redis_url: str = ""
    now: AwareDatetime | None = None

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    ops_port: int = Field(default=8081, ge=1, le=65535)
    files_port: int = Field(default=8082, ge=1, le=65535)
    rasa_port: int = Field(default=5005, ge=1, le=65535)
    actions_port: int = Field(default=5055, ge=1, le=65535)
    public_url: str = ""
    files_url: str = ""
    rasa_url: str = ""
    rasa_tracker_url: str = ""

    identity_secret: SecretStr = SecretStr("")
    identity_public_key: str = ""
    rasa_token: SecretStr = SecretStr("")
    actions_token: SecretStr = SecretStr("")
    files_secret: SecretStr = SecretStr("")

    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_username: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_start_tls: bool | None = None
    smtp_sender: str = ""

    shop_webhook_url: str = ""
    shop_webhook_secret: SecretStr = SecretStr("")
    shop_secret: SecretStr = SecretStr("")

    shop_origins: str = ""
    trusted_proxies: str = ""
    worker_in_gateway: bool = True
    messages_per_minute: int = Field(default=60, ge=1)
    sessions_per_minute: int = Field(default=120, ge=1)
    rasa_timeout_seconds: float = Field(default=25.0, gt=0, le=60)
    rasa_session_turns: int = Field(default=40, ge=5)
    idle_close_hours: float = Field(default=24.0, gt=0)
    anonymous_session_days: float = Field(default=30.0, gt=0)
    identified_hours: float = Field(default=12.0, gt=0)
    ledger_owner: Literal["shop", "aftercare"] = "shop"

    @field_validator("data_dir", "content_dir", "web_dir")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        return (ROOT / path).resolve()

    @model_validator(mode="after")
    def _webhook_is_signed(self) -> Self:
        if self.shop_webhook_url and not self.shop_webhook_secret.get_secret_value():
            raise ValueError("AFTERCARE_SHOP_WEBHOOK_URL needs AFTERCARE_SHOP_WEBHOOK_SECRET to sign with")
        return self

    @model_validator(mode="after")
    def _fit_for_production(self) -> Self:
        if self.env != "production":
            return self
        if self.now is not None:
            raise ValueError("AFTERCARE_NOW freezes the clock and is refused when AFTERCARE_ENV=production")
        if not self.smtp_host:
            raise ValueError("production needs AFTERCARE_SMTP_HOST: codes and answers go out by e-mail")
        required = ("rasa_token", "actions_token", "files_secret")
        missing = [name for name in required if not getattr(self, name).get_secret_value()]
        if not (self.identity_secret.get_secret_value() or self.identity_public_key):
            missing.append("identity_secret")
        if missing:
            names = ", ".join(f"AFTERCARE_{name.upper()}" for name in missing)
            raise ValueError(f"production needs {names}; see docs/settings.md")
        return self

    @property
    def demo(self) -> bool:
        """Whether the demo shop, its mailbox and its generated secrets may be used."""
        return self.env == "demo"

    @property
    def database(self) -> str:
        """The SQLAlchemy URL with an async driver; SQLite in the data directory unless set."""
        return _async_url(self.database_url or f"sqlite:///{self.data_dir / 'aftercare.db'}")

    @property
    def rasa_tracker(self) -> str:
        """Rasa's tracker store with an async driver; SQLite in the data directory unless set."""
        return _async_url(self.rasa_tracker_url or f"sqlite:///{self.data_dir / 'rasa-tracker.db'}")

    @property
    def base_url(self) -> str:
        """Where customers reach the gateway, without a trailing slash."""
        return (self.public_url or f"http://127.0.0.1:{self.port}").rstrip("/")

    @property
    def files_base_url(self) -> str:
        """Where uploads are served: another origin than the gateway's, so that they can run nothing there."""
        return (self.files_url or f"http://127.0.0.1:{self.files_port}").rstrip("/")

    @property
    def rasa_base_url(self) -> str:
        """Where Rasa listens; loopback unless it runs on another machine of a private network."""
        return (self.rasa_url or f"http://127.0.0.1:{self.rasa_port}").rstrip("/")

    @property
    def frame_ancestors(self) -> list[str]:
        """Origins of the shop's pages that may embed the chat, beside the gateway's own."""
        return self.shop_origins.replace(",", " ").split()

    @property
    def proxies(self) -> list[str]:
        """Addresses whose X-Forwarded-For is believed."""
        return self.trusted_proxies.replace(",", " ").split()

    def current_time(self) -> datetime:
        """The shop's time, UTC: the frozen one if set."""
        return self.now.astimezone(UTC) if self.now else datetime.now(UTC)


def load() -> Settings:
    """Settings from the environment and, in the demo, the data directory's generated secrets.

    Raises pydantic.ValidationError naming each wrong setting.
    """
    data_dir = (ROOT / os.environ.get("AFTERCARE_DATA_DIR", "var")).resolve()
    if os.environ.get("AFTERCARE_ENV", "demo") == "production":
        return Settings()
    return Settings(_env_file=data_dir / DEMO_ENV_FILE)  # type: ignore[call-arg]
