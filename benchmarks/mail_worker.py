"""A worker process of its own that sends what is due at one hospital until nothing is left, then tells its memory.

`python -m benchmarks.mail_worker SLUG` waits for a line on its input before it begins.
"""

import json
import os
import resource
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital_crm.settings")


def main(slug: str) -> None:
    """Rounds as the task makes them; waits a moment where another worker holds what is due."""
    django.setup()
    from accounts.models import Hospital
    from benchmarks.dispatch_mail import register
    from hospital_crm.tenancy.scope import hospital_scope
    from messaging.domain.dispatch import send_due
    from messaging.models import Message, State

    register()
    hospital = Hospital.objects.get(slug=slug)
    print("ready", flush=True)
    sys.stdin.readline()
    while True:
        while send_due(hospital):
            pass
        with hospital_scope(hospital):
            if not Message.objects.filter(state=State.PLANNED).exists():
                break
        time.sleep(0.02)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"megabytes": round(peak)}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
