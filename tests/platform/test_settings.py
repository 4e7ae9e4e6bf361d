"""What production refuses before it serves anything: the settings are read anew under the environment of an
installation.
"""

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from hospital_crm import embedded

pytestmark = pytest.mark.unit
ROOT = Path(__file__).resolve().parents[2]
KEY = "0123456789abcdef0123456789abcdef"
OTHER_KEY = KEY[::-1]
INSTALLATION = {
    "CRM_PRODUCTION": "1",
    "CRM_SECRET_KEY": KEY,
    "CRM_FIELD_KEYS": f"{KEY}, {OTHER_KEY}",
    "CRM_HASH_KEY": KEY,
    "CRM_ALLOWED_HOSTS": "crm.example.org",
    "DATABASE_URL": "postgres://crm_app:secret@db:5432/crm",
    "REDIS_URL": "redis://:secret@redis:6379/0",
}
BUILDING = "building-only-building-only-building"
EXAMPLE = "change-me-change-me-change-me-change-me"
DEVELOPMENT = "development-only-crm_secret_key-not-for-production"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The settings under the environment of an installation with these changes; None takes a variable away."""

    def start(base_dir: Path) -> None:
        raise AssertionError("an engine was started")

    def settings(**changes: str | None) -> dict[str, Any]:
        for name in [name for name in os.environ if name.startswith(("CRM_", "DATABASE_", "REDIS_"))]:
            monkeypatch.delenv(name)
        for name, value in {**INSTALLATION, **changes}.items():
            if value is not None:
                monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "hospital_crm/settings.py"))

    monkeypatch.setattr(embedded, "attach_from_environment", start)
    return settings


def test_installation_that_is_complete_starts(read: Any) -> None:
    found = read()
    assert found["FIELD_ENCRYPTION_KEYS"] == [KEY, OTHER_KEY]
    assert (found["DEBUG"], found["ALLOWED_HOSTS"]) == (False, ["crm.example.org"])
    assert (found["DATABASES"]["default"]["USER"], found["REDIS_URL"]) == ("crm_app", INSTALLATION["REDIS_URL"])


@pytest.mark.parametrize("hosts", [None, "", " , ", "*", "crm.example.org,*"])
def test_production_refuses_to_serve_any_host(read: Any, hosts: str | None) -> None:
    with pytest.raises(ImproperlyConfigured, match="CRM_ALLOWED_HOSTS"):
        read(CRM_ALLOWED_HOSTS=hosts)


def test_production_refuses_debug_mode(read: Any) -> None:
    with pytest.raises(ImproperlyConfigured, match="CRM_DEBUG"):
        read(CRM_DEBUG="yes")


@pytest.mark.parametrize("name", ["CRM_SECRET_KEY", "CRM_FIELD_KEYS", "CRM_HASH_KEY"])
@pytest.mark.parametrize("value", [None, "", KEY[:31], BUILDING, EXAMPLE, DEVELOPMENT])
def test_production_refuses_a_secret_that_is_missing_short_or_public(read: Any, name: str, value: str | None) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        read(**{name: value})


@pytest.mark.parametrize("value", [KEY[:31], BUILDING, EXAMPLE, DEVELOPMENT])
def test_token_of_the_figures_is_a_secret_where_it_is_given(read: Any, value: str) -> None:
    assert read(CRM_METRICS_TOKEN=None)["METRICS_TOKEN"] == ""
    with pytest.raises(ImproperlyConfigured, match="CRM_METRICS_TOKEN"):
        read(CRM_METRICS_TOKEN=value)


@pytest.mark.parametrize("keys", [f"{KEY},short", f"short,{KEY}", f"{KEY[:16]},{KEY[16:]}", f"{KEY},{BUILDING}", ", ,"])
def test_each_key_of_the_encrypted_fields_is_measured_by_itself(read: Any, keys: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="CRM_FIELD_KEYS must hold secrets of at least 32 characters each"):
        read(CRM_FIELD_KEYS=keys)


@pytest.mark.parametrize("value", [None, ""])
@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
def test_production_starts_no_engine_where_an_address_is_missing(read: Any, name: str, value: str | None) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"{name} must be set"):
        read(**{name: value})


def test_production_takes_over_no_engine_of_a_parent_process(read: Any) -> None:
    assert read(CRM_EMBEDDED="postgres,valkey")["REDIS_URL"] == INSTALLATION["REDIS_URL"]


def test_owner_needs_the_address_of_the_owner(read: Any) -> None:
    owner = "postgres://crm_owner:secret@db:5432/crm"
    found = read(CRM_DATABASE_ROLE="owner", DATABASE_OWNER_URL=owner)
    assert found["DATABASES"]["default"]["USER"] == "crm_owner"
    with pytest.raises(ImproperlyConfigured, match="DATABASE_OWNER_URL must be set"):
        read(CRM_DATABASE_ROLE="owner")


@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"])
def test_production_refuses_the_password_of_the_example(read: Any, name: str) -> None:
    role = "owner" if name == "DATABASE_OWNER_URL" else "app"
    with pytest.raises(ImproperlyConfigured, match=f"{name} holds a default password"):
        read(**{name: "postgres://crm:Change-Me@db:5432/crm", "CRM_DATABASE_ROLE": role})


def test_development_starts_with_nothing_given(read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "attach_from_environment", lambda base_dir: None)
    found = read(**dict.fromkeys(("CRM_PRODUCTION", "CRM_SECRET_KEY", "CRM_FIELD_KEYS", "CRM_ALLOWED_HOSTS")))
    assert found["FIELD_ENCRYPTION_KEYS"] == ["development-only-crm_field_keys-not-for-production"]
    assert found["ALLOWED_HOSTS"] == ["*"]


def test_static_files_are_collected_as_production_serves_them_by_secrets_nobody_knows(tmp_path: Path) -> None:
    """The script runs with a `python` that tells, for each command, by which settings it would be done."""
    tell = "import hospital_crm.settings as s; print(s.STORAGES['staticfiles']['BACKEND'], s.SECRET_KEY)"
    program = f'#!/bin/sh\n[ "$1" = -c ] && exec {sys.executable} "$@"\nexec {sys.executable} -c "{tell}"\n'
    (tmp_path / "python").write_text(program)
    (tmp_path / "python").chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    told = [
        subprocess.run(
            [ROOT / "docker/collect.sh"], check=True, env=environment, cwd=ROOT, capture_output=True, text=True
        ).stdout.splitlines()
        for _time in range(2)
    ]
    backends = {line.split()[0] for lines in told for line in lines}
    assert backends == {"whitenoise.storage.CompressedManifestStaticFilesStorage"}
    assert [len(set(lines)) for lines in told] == [1, 1]
    assert told[0] != told[1]
