"""The supervisor of the demo: what it refuses, and that nothing is left running."""

import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.db import connection

from hospital_crm import embedded
from hospital_crm.demo import __main__ as launch
from hospital_crm.demo import accounts, prepare
from hospital_crm.demo.services import ServiceError, Services, is_free, wait_until_answering

ROOT = Path(__file__).resolve().parents[2]
SECOND_START_SECONDS = 5
LI = accounts.Account(hospital="north", role="nurse", name="李护士", username="li", password="secret")


@pytest.fixture
def services(tmp_path):
    running = Services(tmp_path / "log", os.environ)
    yield running
    running.stop()


@pytest.mark.unit
def test_accounts_are_read_as_they_were_written(tmp_path):
    assert (accounts.loaded_size(tmp_path), accounts.accounts(tmp_path)) == ("", [])
    accounts.write_accounts(tmp_path, "small", [LI])
    assert (accounts.loaded_size(tmp_path), accounts.accounts(tmp_path)) == ("small", [LI])
    accounts.forget(tmp_path)
    assert accounts.loaded_size(tmp_path) == ""


@pytest.mark.unit
def test_accounts_are_shown_as_a_table():
    assert accounts.as_table([LI]) == (
        "  hospital  role   username  password  name\n  north     nurse  li        secret    李护士"
    )


@pytest.mark.unit
def test_busy_port_is_seen():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        assert not is_free(port)
    assert is_free(port)


@pytest.mark.unit
def test_reset_of_real_servers_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded, "is_embedded", lambda engine: engine == "valkey")
    with pytest.raises(prepare.RefusedError, match="add --yes to do it"):
        prepare._wipe(tmp_path, is_confirmed=False)


@pytest.fixture
def loading(db, tmp_path, monkeypatch):
    """Records what would be done to the database of `tmp_path`; the loading itself fails while `fails` is set."""
    done, state = [], {"fails": False}
    with connection.cursor() as cursor:
        cursor.execute("truncate accounts_hospital cascade")

    def call(command, *arguments, **options):
        done.append(command)
        if command == "load_demo" and state["fails"]:
            raise CommandError("no space left")

    monkeypatch.setattr("django.core.management.call_command", call)
    monkeypatch.setattr(prepare, "_wipe", lambda data_dir, is_confirmed: done.append("wipe"))
    return done, state


@pytest.mark.django_db
def test_interrupted_loading_is_replaced_by_the_next_start(tmp_path, loading):
    done, state = loading
    state["fails"] = True
    with pytest.raises(prepare.RefusedError, match="The demo cannot be loaded: no space left"):
        prepare._load(tmp_path, "small")
    assert prepare.is_unfinished(tmp_path)
    state["fails"] = False
    prepare._set_up(tmp_path, "small", reset=prepare.is_unfinished(tmp_path), is_confirmed=False)
    assert done == ["load_demo", "wipe", "translations", "migrate", "load_demo"]
    assert not prepare.is_unfinished(tmp_path)


@pytest.mark.django_db
def test_what_is_logged_while_the_demo_is_made_stands_in_a_file_and_not_on_the_console(
    tmp_path, loading, monkeypatch, capsys
):
    monkeypatch.setattr(logging.getLogger(), "handlers", list(logging.getLogger().handlers))
    monkeypatch.setattr(
        "django.core.management.call_command",
        lambda *_, **__: logging.getLogger("crm.audit").warning("platform_change"),
    )
    prepare._set_up(tmp_path, "small", reset=False, is_confirmed=False)
    said = capsys.readouterr()
    assert [line.split(":")[0] for line in said.out.splitlines()] == [
        "  Bringing the tables up to date …",
        "  Bringing the tables up to date",
        "  Loading the demo (small)",
    ]
    assert said.err == ""
    lines = (tmp_path / "log/prepare.log").read_text().splitlines()
    assert [line.split()[-2] for line in lines] == ["platform_change"] * 3
    logging.getLogger("crm.audit").warning("afterwards")
    assert "afterwards" in capsys.readouterr().err


@pytest.mark.django_db
def test_demo_of_another_version_is_named_and_left_alone(tmp_path, loading):
    done, _state = loading
    prepare._refuse_other_tables()
    with connection.cursor() as cursor:
        cursor.execute("insert into django_migrations (app, name, applied) values ('patients', '0099_other', now())")
    with pytest.raises(prepare.RefusedError, match="made by another version"):
        prepare._set_up(tmp_path, "small", reset=False, is_confirmed=False)
    assert "migrate" not in done


@pytest.mark.django_db
def test_database_with_hospitals_is_left_alone(tmp_path, loading, north):
    prepare._load(tmp_path, "small")
    assert loading[0] == []


@pytest.fixture
def launcher(tmp_path, monkeypatch):
    """`make demo` with these arguments, here, over engines that stand; and what it set up and served."""
    done = []
    state = {"sources": "1"}
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://nowhere")
    monkeypatch.setenv("CRM_DATABASE_ROLE", "owner")
    monkeypatch.setenv("CRM_PUBLIC_BASE_URL", "http://127.0.0.1")
    monkeypatch.setattr(embedded, "attach_from_environment", lambda base_dir: None)
    monkeypatch.setattr(embedded, "data_dir", lambda base_dir: tmp_path)
    monkeypatch.setattr(prepare, "_state", lambda: dict(state))
    monkeypatch.setattr(prepare, "_set_up", lambda data_dir, size, **how: done.append((size, how["reset"])))
    monkeypatch.setattr(launch, "_on_signals", lambda action: None)
    monkeypatch.setattr(launch, "_serve", lambda data_dir, port: done.append("served"))

    def run_here(*arguments):
        monkeypatch.setattr(sys, "argv", ["demo", *arguments])
        return launch.main()

    return run_here, done, state


@pytest.mark.unit
def test_demo_that_is_not_served_is_prepared_and_asks_for_no_port(launcher):
    run_here, done, _state = launcher
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        assert run_here("--no-serve", "--port", str(listener.getsockname()[1])) == 0
    assert done == [("small", False)]


@pytest.mark.unit
def test_second_start_sets_nothing_up_until_the_code_changes(launcher):
    run_here, done, state = launcher
    assert [run_here("--no-serve"), run_here("--no-serve")] == [0, 0]
    assert done == [("small", False)]
    state["sources"] = "2"
    assert run_here("--no-serve") == 0
    assert run_here("--no-serve", "--reset") == 0
    assert done == [("small", False), ("small", False), ("small", True)]


@pytest.mark.unit
def test_service_that_ends_is_named_with_its_last_words(services):
    services.start("web", "hospital_crm.no_such_module")
    services.processes["web"].wait(timeout=60)
    with pytest.raises(
        ServiceError, match=r"web ended with code 1:\n(.|\n)*No module named hospital_crm.no_such_module"
    ):
        services.require_all()


@pytest.mark.unit
def test_waiting_ends_when_the_web_service_has_ended(services):
    services.start("web", "hospital_crm.no_such_module")
    with pytest.raises(ServiceError, match="web ended with code 1"):
        wait_until_answering(services, port=1)


@pytest.mark.unit
def test_stop_ends_every_service(services):
    for name in ("web", "worker"):
        services.start(name, "http.server", "--bind", "127.0.0.1", "0")
    services.require_all()
    services.stop()
    assert {process.returncode for process in services.processes.values()} == {-signal.SIGTERM}


def run(*arguments, folder):
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("DATABASE", "REDIS", "CRM_"))
    }
    command = [sys.executable, "-m", "hospital_crm.demo", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen(command, cwd=ROOT, env=environment | {"CRM_DATA_DIR": str(folder)}, **pipes)


def test_busy_port_is_said_before_anything_is_started(tmp_path):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        process = run("--port", str(port), folder=tmp_path / "data")
        said, _ = process.communicate(timeout=60)
    assert said == f'Port {port} is busy: another demo? Choose one with ARGS="--port {port + 1}"\n'
    assert process.returncode == 1
    assert not (tmp_path / "data").exists()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_page(address, process):
    for _ in range(3000):
        assert process.poll() is None, process.communicate()[0]
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=30) as answer:
            return answer.status
        time.sleep(0.1)
    raise AssertionError(f"{address} never answered")


@pytest.mark.faults
@pytest.mark.timeout(900)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whole_demo_starts_answers_and_leaves_nothing(number):
    folder = Path(tempfile.mkdtemp(prefix="crm-demo-", dir="/tmp"))
    folder.chmod(0o755)
    start_and_end(folder, number)
    assert start_and_end(folder, number) < SECOND_START_SECONDS
    subprocess.run(["rm", "-rf", str(folder)], check=True)


def start_and_end(folder, number):
    """The seconds until the first page answered."""
    port, began = free_port(), time.monotonic()
    process = run("--port", str(port), folder=folder)
    assert wait_for_page(f"http://127.0.0.1:{port}/accounts/login/", process) == 200
    seconds = time.monotonic() - began
    for line in process.stdout:
        if "Ctrl-C stops everything" in line:
            break
    process.send_signal(number)
    said, _ = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, "Stopped.\n")
    assert processes_naming(folder) == []
    return seconds


def processes_naming(folder):
    found = []
    for place in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if (
                os.fsencode(folder) in place.read_bytes()
                or os.fsencode(folder) in (place.parent / "cmdline").read_bytes()
            ):
                found.append(place.parent.name)
    return found
