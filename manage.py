#!/usr/bin/env python
"""Administrative commands: `manage.py help` lists them."""

import os
import signal
import sys

# Commands that change the tables log in as the role that owns them; every other serves under row-level security.
OWNER_COMMANDS = {
    *("migrate", "makemigrations", "showmigrations", "sqlmigrate", "squashmigrations", "flush", "sqlflush"),
    *("createcachetable", "create_hospital", "load_demo", "bench", "backup", "restore"),
}


def main() -> None:
    """Choose the login role, let SIGTERM end the process in order, run the command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital_crm.settings")
    if set(sys.argv[1:2]) & OWNER_COMMANDS:
        os.environ.setdefault("CRM_DATABASE_ROLE", "owner")
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    from django.core.management import execute_from_command_line

    from hospital_crm.embedded import EmbeddedError
    from hospital_crm.stack import with_room

    try:
        with_room(execute_from_command_line, sys.argv)
    except EmbeddedError as error:
        sys.exit(f"{error}")


if __name__ == "__main__":
    main()
