"""One run from the first check to the last process ended."""

import fcntl
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event
from types import FrameType

from bot import settings as configuration
from bot.run import demo_secrets, preflight
from bot.run.problem import RunProblem
from bot.run.programs import environment, programs
from bot.run.supervision import Supervision
from bot.run.watch import Watch
from bot.settings import Settings


def command(_arguments: Sequence[str] = ()) -> int:
    """Run Aftercare until Ctrl-C or SIGTERM; 1 with one sentence on standard error when that cannot be."""
    try:
        _run(_prepared_settings())
    except RunProblem as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def _prepared_settings() -> Settings:
    demo_secrets.complete(configuration.load())
    return configuration.load()


def _run(settings: Settings) -> None:
    stop = _stop_event()
    logs = settings.data_dir / "log"
    with _alone(settings):
        preflight.check(settings)
        print("Starting Rasa, the actions and the gateway ...", flush=True)
        with Supervision(programs(settings), logs, environment(settings, os.environ)) as supervision:
            watch = Watch(supervision, logs, stop)
            seconds = watch.wait_until_ready(settings.ops_port)
            if seconds is not None:
                print(_welcome(settings, seconds), flush=True)
                watch.until_stopped()
            print("\nStopping ...", flush=True)
    print("Stopped.", flush=True)


def _stop_event() -> Event:
    stop = Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    return stop


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    path = settings.data_dir / "run.lock"
    with path.open("a", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunProblem(
                f"Aftercare already runs on {settings.data_dir}: stop it first, or choose another folder "
                "with AFTERCARE_DATA_DIR."
            ) from None
        yield


def _welcome(settings: Settings, seconds: float) -> str:
    ops = f"http://127.0.0.1:{settings.ops_port}"
    return "\n".join(
        (
            f"Aftercare answers, {seconds:.0f} s after its start.",
            "",
            *(_demo_addresses(settings) if settings.demo else ()),
            f"  Readiness and metrics        {ops}/readyz {ops}/metrics",
            f"  Logs                         {settings.data_dir / 'log'}",
            "",
            "Try in the chat: How much is shipping to Finland? Can I send back a lamp I opened?",
            "Ctrl-C stops it.",
        )
    )


def _demo_addresses(settings: Settings) -> list[str]:
    return [
        f"  The demo shop with its chat  {settings.base_url}/",
        f"  The mail it sends            {settings.base_url}/demo/mailbox",
    ]
