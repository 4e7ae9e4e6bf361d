"""The supervisor behind `make demo`."""

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from hospital_crm.demo.accounts import accounts, as_table
from hospital_crm.demo.console import say, step
from hospital_crm.demo.prepare import RefusedError, prepare
from hospital_crm.demo.services import (
    ServiceError,
    Services,
    is_free,
    start_background,
    start_web,
    wait_until_answering,
)
from hospital_crm.embedded import EmbeddedError

SIZES = ("small", "medium", "large")


def main() -> int:
    """Prepare, serve until told to stop, clean up. 0 after an ordinary end, 1 with one clear message otherwise."""
    options = _options()
    _on_signals(lambda *_: sys.exit(0))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital_crm.settings")
    os.environ.setdefault("CRM_PUBLIC_BASE_URL", f"http://127.0.0.1:{options.port}")
    try:
        if options.serve and not is_free(options.port):
            raise RefusedError(
                f'Port {options.port} is busy: another demo? Choose one with ARGS="--port {options.port + 1}"'
            )
        data_dir = prepare(options.size, reset=options.reset, is_confirmed=options.yes)
        if options.serve:
            _serve(data_dir, options.port)
    except (EmbeddedError, RefusedError, ServiceError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _on_signals(action: Callable[..., None] | signal.Handlers) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, action)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description="Start the hospital CRM with invented people.")
    parser.add_argument("--port", type=int, default=8000, help="loopback port of the web pages (8000)")
    parser.add_argument(
        "--size", choices=SIZES, default="small", help="2,000, 100,000 or 1,000,000 people in the largest hospital"
    )
    parser.add_argument("--reset", action="store_true", help="delete everything first")
    parser.add_argument("--yes", action="store_true", help="allow --reset on servers that are not the embedded ones")
    parser.add_argument("--no-serve", dest="serve", action="store_false", help="prepare and end")
    return parser.parse_args()


def _serve(data_dir: Path, port: int) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "CRM_DATABASE_ROLE"}
    services = Services(data_dir / "log", environment)
    try:
        with step("Starting web, worker and beat"):
            start_web(services, port)  # alone first: the page is what somebody waits for
            wait_until_answering(services, port)
            start_background(services)
        _welcome(data_dir, port)
        while True:
            services.require_all()
            time.sleep(0.5)
    finally:
        _on_signals(signal.SIG_IGN)  # a second Ctrl-C must not leave half of them running
        services.stop()
        say("Stopped.")


def _welcome(data_dir: Path, port: int) -> None:
    say(f"\nhttp://127.0.0.1:{port}/\n")
    rows = accounts(data_dir)
    say(as_table(rows) if rows else "  No accounts: the demo's people are not loaded.")
    say(f"\nLogs: {data_dir / 'log'}. Ctrl-C stops everything.")


if __name__ == "__main__":
    sys.exit(main())
