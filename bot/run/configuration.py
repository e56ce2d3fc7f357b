"""supervisord's configuration."""

import shlex
from collections.abc import Iterable
from configparser import RawConfigParser
from io import StringIO
from pathlib import Path

from bot.run.programs import Program
from bot.settings import ROOT

LOG_BYTES = "10MB"
LOGS_KEPT = "3"


def render(programs: Iterable[Program], control_socket: Path, logs: Path) -> str:
    """The configuration's text: restart what ends, stop whole process groups, rotate logs."""
    config = RawConfigParser()
    config["supervisord"] = {
        "nodaemon": "true",
        "silent": "true",
        "directory": _value(ROOT),
        "logfile": _value(logs / "supervisord.log"),
        "logfile_maxbytes": LOG_BYTES,
        "logfile_backups": LOGS_KEPT,
        "pidfile": _value(control_socket.with_suffix(".pid")),
    }
    config["unix_http_server"] = {"file": _value(control_socket), "chmod": "0600"}
    config["rpcinterface:supervisor"] = {
        "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface",
    }
    for program in programs:
        config[f"program:{program.name}"] = _section(program, logs)
    text = StringIO()
    config.write(text)
    return text.getvalue()


def _section(program: Program, logs: Path) -> dict[str, str]:
    return {
        "command": _value(shlex.join(program.command)),
        "priority": str(program.stops),
        "autorestart": "true",
        "startsecs": str(program.proves_itself_seconds),
        "startretries": "3",
        "stopwaitsecs": str(program.stop_seconds),
        "stopasgroup": "true",
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": _value(logs / f"{program.name}.log"),
        "stdout_logfile_maxbytes": LOG_BYTES,
        "stdout_logfile_backups": LOGS_KEPT,
    }


def _value(text: str | Path) -> str:
    # supervisord expands %(...)s.
    return str(text).replace("%", "%%")
