"""The queues of background work; every one of them has a worker.

`interactive`: somebody waits for it. `default`: soon. `bulk`: long lists. `webhooks`: other systems, however slow.
"""

QUEUES = ("interactive", "default", "bulk", "webhooks")
