import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import bootstrap
from bot.cli import main
from bot.settings import ROOT
from tests.store.shop_rows import WHOLE_SHOP, Row, customer_row, order_row, write_folder


@pytest.fixture(autouse=True)
def _own_process(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Commands wire themselves from the environment, once; here each test is a process of its own."""
    monkeypatch.setenv("AFTERCARE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("AFTERCARE_DATABASE_URL", sqlite_url)
    bootstrap.runtime.cache_clear()
    yield
    bootstrap.runtime.cache_clear()


def test_import_says_what_went_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(write_folder(tmp_path / "shop", WHOLE_SHOP))]) == 0
    said = capsys.readouterr()
    assert "orders.jsonl: 1 in, 0 refused" in said.out
    assert said.err == ""


def test_import_tells_each_refused_row_on_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows: list[Row | bytes] = [order_row(), order_row(status="lost"), b"{"]
    folder = write_folder(tmp_path / "shop", {"orders.jsonl": rows, "customers.jsonl": [customer_row()]})
    assert main(["import", str(folder)]) == 3
    said = capsys.readouterr()
    refused = [line for line in said.err.splitlines() if not line.startswith("warning: ")]
    assert [line.split(": ")[0] for line in refused] == ["orders.jsonl:2", "orders.jsonl:3"]
    assert "orders.jsonl: 1 in, 2 refused" in said.out


@pytest.mark.parametrize("files", [{}, {"order.jsonl": [order_row()]}])
def test_import_of_a_wrong_folder_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], files: dict[str, list[Row]]
) -> None:
    assert main(["import", str(write_folder(tmp_path / "shop", files))]) == 2
    assert "no shop data" in capsys.readouterr().err


def test_import_of_a_missing_folder_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(tmp_path / "nowhere")]) == 2
    assert "nowhere is not a folder" in capsys.readouterr().err


def test_export_writes_a_row_on_each_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["import", str(write_folder(tmp_path / "shop", WHOLE_SHOP))])
    bootstrap.runtime.cache_clear()
    capsys.readouterr()
    assert main(["export", "orders"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["number"] == "10482"


def test_export_of_an_unknown_table_lists_the_tables(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "order"]) == 2
    said = capsys.readouterr()
    assert "orders" in said.err
    assert said.out == ""


def test_demo_data_can_be_put_in_twice(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo-data"]) == 0
    first = capsys.readouterr()
    bootstrap.runtime.cache_clear()
    assert main(["demo-data"]) == 0
    assert capsys.readouterr() == first
    assert re.fullmatch(r"(\w+\.jsonl: [1-9]\d* in, 0 refused\n)+", first.out)
    assert "customers.jsonl: " in first.out
    assert first.err == ""


def test_demo_data_is_refused_in_production(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AFTERCARE_ENV", "production")
    for name in ("IDENTITY_SECRET", "RASA_TOKEN", "ACTIONS_TOKEN", "FILES_SECRET", "SMTP_HOST"):
        monkeypatch.setenv(f"AFTERCARE_{name}", "x" * 40)
    assert main(["demo-data"]) == 2
    assert "the demo shop is for the demo" in capsys.readouterr().err


def test_a_reader_that_has_enough_ends_an_export_quietly(tmp_path: Path) -> None:
    rows = [order_row(number=str(number)) for number in range(2000)]
    assert main(["import", str(write_folder(tmp_path / "shop", {"orders.jsonl": rows}))]) == 0
    command = [sys.executable, "-m", "bot", "export", "orders"]
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0
