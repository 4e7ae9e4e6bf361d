"""Real PostgreSQL and Valkey from Python packages, for machines with no servers (demo, development, tests).

Only the packages' programs are used; starting, sharing and stopping them is done here. `attach` binds one process.
"""

import os
from pathlib import Path

from .engines import Urls, attach
from .errors import EmbeddedError

__all__ = ["EmbeddedError", "Urls", "attach", "attach_from_environment", "data_dir", "is_embedded"]

_MARK = "CRM_EMBEDDED"  # names the engines that this program started, so that its children attach for themselves


def data_dir(base_dir: Path) -> Path:
    """The folder of the engines' data: CRM_DATA_DIR, by default `var/` of the project."""
    return Path(os.environ.get("CRM_DATA_DIR") or base_dir / "var")


def is_embedded(engine: str) -> bool:
    """Whether this process uses the embedded `engine`, "postgres" or "valkey", and not a server given by its URL."""
    return engine in os.environ.get(_MARK, "").split(",")


def attach_from_environment(base_dir: Path) -> None:
    """Start the engines for which no URL is given and put their URLs into the environment.

    Sets DATABASE_URL (role crm_app), DATABASE_OWNER_URL, DATABASE_SUPERUSER_URL and REDIS_URL. URLs that a parent
    process got from here count as not given: every process attaches for itself, and the last one out stops the engines.
    """
    wants_postgres = is_embedded("postgres") or not os.environ.get("DATABASE_URL")
    wants_valkey = is_embedded("valkey") or not os.environ.get("REDIS_URL")
    if not (wants_postgres or wants_valkey):
        return
    urls = attach(data_dir(base_dir), with_postgres=wants_postgres, with_valkey=wants_valkey)
    if wants_postgres:
        os.environ["DATABASE_URL"] = urls.database_app
        os.environ["DATABASE_OWNER_URL"] = urls.database_owner
        os.environ["DATABASE_SUPERUSER_URL"] = urls.database_superuser
    if wants_valkey:
        os.environ["REDIS_URL"] = urls.redis
    engines = {"postgres": wants_postgres, "valkey": wants_valkey}
    os.environ[_MARK] = ",".join(name for name, wanted in engines.items() if wanted)
