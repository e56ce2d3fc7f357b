"""Waiting until Aftercare answers, and watching over it afterwards."""

import sys
import time
from collections import Counter
from pathlib import Path
from threading import Event

from bot.run.problem import RunProblem, tail
from bot.run.readiness import answers
from bot.run.supervision import ProgramState, Supervision

START_LIMIT_SECONDS = 180
USUAL_START_SECONDS = 15
DEATHS_AT_START = 3
TRY_AGAIN_SECONDS = 30
LOOK_EVERY_SECONDS = 0.5


class Watch:
    """Follows the programs of one run until `stop` is set."""

    def __init__(self, supervision: Supervision, logs: Path, stop: Event) -> None:
        self._supervision = supervision
        self._logs = logs
        self._stop = stop
        self._pids: dict[str, int] = {}
        self._deaths: Counter[str] = Counter()
        self._given_up: dict[str, float] = {}

    def wait_until_ready(self, ops_port: int) -> float | None:
        """The seconds it took, or None when stopped meanwhile; RunProblem when it will not come."""
        begun = time.monotonic()
        said = 0
        while not self._stop.is_set():
            self._refuse_the_dying()
            ready, reason = answers(ops_port)
            elapsed = time.monotonic() - begun
            if ready:
                _progress("")
                return elapsed
            if elapsed > START_LIMIT_SECONDS:
                raise RunProblem(self._too_slow(reason))
            if int(elapsed) // _interval() != said:
                said = int(elapsed) // _interval()
                _progress(f"Starting: {elapsed:.0f} s of usually about {USUAL_START_SECONDS} s")
            self._stop.wait(LOOK_EVERY_SECONDS)
        return None

    def until_stopped(self) -> None:
        """Say what dies and what is tried again."""
        while not self._stop.wait(LOOK_EVERY_SECONDS):
            self._refuse_without_supervisord()
            for state in self._supervision.states():
                if self._died(state):
                    print(f"{state.name} had stopped and was started again; see {self._log(state.name)}.")
                self._try_again(state)

    def _refuse_the_dying(self) -> None:
        self._refuse_without_supervisord()
        for state in self._supervision.states():
            if self._died(state):
                self._deaths[state.name] += 1
            if state.given_up or self._deaths[state.name] >= DEATHS_AT_START:
                raise RunProblem(self._keeps_dying(state.name))

    def _refuse_without_supervisord(self) -> None:
        if not self._supervision.alive:
            output = tail(self._logs / "supervisord.out")
            raise RunProblem(f"{output}\nThe supervisor has ended, so everything was stopped: see above.")

    def _died(self, state: ProgramState) -> bool:
        if not state.pid:
            return False
        before = self._pids.get(state.name)
        self._pids[state.name] = state.pid
        return before is not None and before != state.pid

    def _try_again(self, state: ProgramState) -> None:
        if not state.given_up:
            return
        now = time.monotonic()
        if state.name not in self._given_up:
            print(self._keeps_dying(state.name), f"It is tried again every {TRY_AGAIN_SECONDS} s.", sep="\n")
            self._given_up[state.name] = now
        elif now - self._given_up[state.name] > TRY_AGAIN_SECONDS:
            self._given_up[state.name] = now
            self._supervision.start_again(state.name)

    def _keeps_dying(self, name: str) -> str:
        log = self._log(name)
        return f"{tail(log)}\n{name} keeps stopping: the end of its log is above, all of it in {log}."

    def _too_slow(self, reason: str) -> str:
        tails = "\n".join(f"{name}:\n{tail(self._log(name))}" for name in sorted(self._pids))
        sentence = f"No message was answered within {START_LIMIT_SECONDS} s ({reason}): see the logs above."
        return f"{tails}\n{sentence}"

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"


def _interval() -> int:
    return 1 if sys.stdout.isatty() else 10


def _progress(text: str) -> None:
    if sys.stdout.isatty():
        print(f"\r\033[K{text}", end="", flush=True)
    elif text:
        print(text, flush=True)
