import shlex
from configparser import ConfigParser
from pathlib import Path

from bot.run.configuration import render
from bot.run.programs import Program, environment, programs
from bot.settings import Settings

ODD = Program("odd", ("/opt/100% odd/python", "-m", "bot"), proves_itself_seconds=2, stop_seconds=7, stops=1)


def parsed(*wanted: Program) -> ConfigParser:
    # Interpolated as supervisord does, so that a lone percent sign would fail.
    config = ConfigParser()
    config.read_string(render(wanted, Path("/tmp/50%/control.sock"), Path("/var/my logs")))
    return config


def test_commands_with_spaces_and_percent_signs_survive() -> None:
    assert tuple(shlex.split(parsed(ODD)["program:odd"]["command"])) == ODD.command


def test_what_ends_is_started_again_and_stops_with_its_helpers() -> None:
    section = parsed(ODD)["program:odd"]
    assert section["autorestart"] == "true"
    assert section["stopasgroup"] == section["killasgroup"] == "true"
    assert section["stopwaitsecs"] == "7"


def test_control_socket_is_for_its_owner_only() -> None:
    server = parsed(ODD)["unix_http_server"]
    assert (server["file"], server["chmod"]) == ("/tmp/50%/control.sock", "0600")


def test_the_gateway_stops_before_what_it_needs(settings: Settings) -> None:
    order = sorted(programs(settings), key=lambda program: -program.stops)
    assert [program.name for program in order] == ["gateway", "rasa", "actions"]


def test_rasa_elsewhere_is_not_started_here(settings: Settings) -> None:
    elsewhere = settings.model_copy(update={"rasa_url": "http://10.0.0.7:5005"})
    assert [program.name for program in programs(elsewhere)] == ["actions", "gateway"]


def test_worker_apart_from_the_gateway_is_a_program_too(settings: Settings) -> None:
    apart = settings.model_copy(update={"worker_in_gateway": False})
    assert "worker" in [program.name for program in programs(apart)]


def test_rasa_is_told_what_it_cannot_read_itself(settings: Settings) -> None:
    told = environment(settings, {"HOME": "/root", "AFTERCARE_RASA_PORT": "1"})
    assert told["AFTERCARE_RASA_PORT"] == str(settings.rasa_port)
    assert told["AFTERCARE_DATA_DIR"] == str(settings.data_dir)
    assert told["HOME"] == "/root"
    assert told["RASA_TELEMETRY_ENABLED"] == "false"


def test_secrets_are_not_in_the_configuration(settings: Settings) -> None:
    text = render(programs(settings), Path("/tmp/control.sock"), settings.data_dir)
    assert "TOKEN" not in text.upper()
