"""A process that attaches to the engines of one folder, says where they are, and stays until its input ends."""

import dataclasses
import json
import signal
import sys
from pathlib import Path

from hospital_crm.embedded import attach

if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    print(json.dumps(dataclasses.asdict(attach(Path(sys.argv[1])))), flush=True)
    sys.stdin.read()
