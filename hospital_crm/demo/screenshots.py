"""`make screenshots`: the pictures of the README, taken from a running demo in Chinese.

Needs a Chromium on the machine and the demo at `--address`. Writes `docs/images/*.png`.
"""

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import Any, NamedTuple

from hospital_crm.demo.accounts import Account, accounts

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


class Shot(NamedTuple):
    """One picture: who is signed in, which page of hospital North, on what screen."""

    name: str
    role: str
    path: str
    viewport: dict[str, int]


SHOTS = (
    Shot("workbench", "agent", "followups/", DESKTOP),
    Shot("my-followups", "physician", "followups/", PHONE),
    Shot("department-board", "department_head", "followups/board/", DESKTOP),
)


def main() -> int:
    """Takes every picture. 1 with a sentence where there is no browser or no demo."""
    options = _options()
    program = next((found for found in map(shutil.which, BROWSERS) if found), None)
    if program is None:
        print("No Chromium found; on Debian: apt install chromium fonts-noto-cjk", file=sys.stderr)
        return 1
    people = {each["role"]: each for each in accounts(Path(options.data)) if each["hospital"] == "north"}
    if not people:
        print("No demo accounts found; run `make demo` first", file=sys.stderr)
        return 1
    from playwright.sync_api import sync_playwright

    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for shot in SHOTS:
            _take(browser, options.address.rstrip("/"), shot, people[shot.role])
        browser.close()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make screenshots", description=__doc__)
    parser.add_argument("--address", default="http://127.0.0.1:8000", help="where the demo answers")
    parser.add_argument("--data", default=os.environ.get("CRM_DATA_DIR", "var"), help="data folder of the demo")
    return parser.parse_args()


def _take(browser: Any, address: str, shot: Shot, account: Account) -> None:
    context = browser.new_context(viewport=shot.viewport, locale="zh-CN", device_scale_factor=1)
    page = context.new_page()
    page.goto(f"{address}/north/")
    page.fill("input[name=login]", account["username"])
    page.fill("input[name=password]", account["password"])
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state()
    page.goto(f"{address}/north/{shot.path}", wait_until="networkidle")
    page.screenshot(path=IMAGES / f"{shot.name}.png")
    context.close()


if __name__ == "__main__":
    sys.exit(main())
