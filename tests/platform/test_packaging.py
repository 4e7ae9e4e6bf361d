"""What the machine is told: the example of settings, the containers and the lock file agree with the code."""

import json
import re
import runpy
import stat
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit
ROOT = Path(__file__).resolve().parents[2]
DEVELOPMENT = {"CRM_DEBUG", "CRM_DATABASE_ROLE", "CRM_EMAIL_BACKEND"}  # never set in production
COMPOSE_ONLY = {"POSTGRES_PASSWORD", "CRM_OWNER_PASSWORD", "CRM_APP_PASSWORD", "REDIS_PASSWORD", "CRM_BIND"}
COMPOSE_ONLY |= {"CRM_MLLP_HOSPITAL", "CRM_MLLP_FEED", "CRM_MLLP_BIND"}
COMPOSE_ONLY |= {"CRM_WEB_PROCESSES", "CRM_WEB_THREADS", "CRM_WORKER_PROCESSES"}
COMPOSE_ONLY |= {"CRM_BULK_PROCESSES", "CRM_WEBHOOK_PROCESSES"}
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


def test_settings_read_secrets_and_addresses_by_those_readers():
    code = (ROOT / "hospital_crm/settings.py").read_text()
    assert re.findall(r'os\.environ(?:\.get)?[\[(]"(\w*(?:TOKEN|KEYS?|URL))"', code) == ["CRM_PUBLIC_BASE_URL"]


def test_secrets_are_written_for_the_owner_alone_and_once(tmp_path: Path) -> None:
    write = runpy.run_path(str(ROOT / "docker/make_env.py"))["write"]
    write(tmp_path / ".env")
    content = (tmp_path / ".env").read_text()
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    secrets = re.findall(r"^(?:\w*(?:PASSWORD|KEYS?|TOKEN))=(\w{64})$", content, re.MULTILINE)
    assert (len(secrets), len(set(secrets)), "=change-me" in content) == (8, 8, False)
    with pytest.raises(FileExistsError):
        write(tmp_path / ".env")
    assert (tmp_path / ".env").read_text() == content


def test_no_container_starts_as_root_or_gains_a_right():
    compose = (ROOT / "docker-compose.yml").read_text()
    services = compose[compose.index("\nservices:\n") : compose.index("\nvolumes:\n")]
    told = {name: told_of(text) for name, text in re.findall(r"(?ms)^  ([\w-]+):\n(.+?)(?=^  \S|\Z)", services)}
    bare = ["cap_drop: [ALL]", 'security_opt: ["no-new-privileges:true"]']
    servers = {"db": ["user: postgres", *bare], "redis": ["user: valkey", *bare]}
    ours = ("migrate", "web", "worker", "mllp", "worker-bulk", "worker-webhooks", "beat")
    assert told == {**servers, **dict.fromkeys(ours, ["<<: *app"])}
    assert told_of(compose[compose.index("x-app:") : compose.index("x-environment:")]) == bare
    assert "\nUSER crm\n" in (ROOT / "Dockerfile").read_text()


def told_of(service: str) -> list[str]:
    """What a service is told of its rights."""
    lines = [line.split("#")[0].strip() for line in service.splitlines() if not line.startswith("      ")]
    return [line for line in lines if line.startswith(("user:", "cap_", "security_opt:", "privileged:", "<<: *app"))]
