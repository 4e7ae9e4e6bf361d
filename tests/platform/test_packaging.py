"""What the machine is told: the example of settings, the containers and the lock file agree with the code."""

import json
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit
ROOT = Path(__file__).resolve().parents[2]
DEVELOPMENT = {"CRM_DEBUG", "CRM_DATABASE_ROLE", "CRM_EMAIL_BACKEND"}  # never set in production
COMPOSE_ONLY = {"POSTGRES_PASSWORD", "CRM_OWNER_PASSWORD", "CRM_APP_PASSWORD", "REDIS_PASSWORD", "CRM_BIND"}
COMPOSE_ONLY |= {"CRM_WEB_PROCESSES", "CRM_WEB_THREADS", "CRM_WORKER_PROCESSES", "CRM_BULK_PROCESSES"}
ADDRESSES = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CRM_DATA_DIR"}


def named_in_example():
    return set(re.findall(r"^#?([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


def read_by_settings():
    code = (ROOT / "hospital_crm/settings.py").read_text() + (ROOT / "hospital_crm/configuration.py").read_text()
    return set(re.findall(r'"((?:CRM|DATABASE|REDIS)_[A-Z_]+)"', code)) - {"REDIS_URL_", "DATABASE_URL_"}


def test_example_names_every_setting():
    assert named_in_example() - COMPOSE_ONLY == read_by_settings() - DEVELOPMENT


def test_containers_pass_every_setting_on():
    compose = (ROOT / "docker-compose.yml").read_text()
    used = set(re.findall(r"\$\{([A-Z_]+)", compose))
    assert used == named_in_example() - ADDRESSES - {"CRM_PRODUCTION"}


def test_example_holds_no_secret_of_its_own():
    secrets = re.findall(r"^(\w*(?:PASSWORD|KEYS?|TOKEN))=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert {value for name, value in secrets if name != "CRM_SMTP_PASSWORD"} == {"change-me"}


def test_lock_file_names_no_registry():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert all(package["integrity"] for name, package in packages.items() if name)
