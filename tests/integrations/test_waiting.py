"""While the dry run of a table of codes holds the hospital's lists, nobody waits for it: undoing is refused, workers go
to other work.
"""

import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.domain.hospitals import create_hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import claims, importing, undoing
from integrations.domain.errors import ImportRefused
from tests.integrations.test_resume import queued


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_dry_run(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(claims, "PATIENCE", "100ms", raising=False)
    hospital = create_hospital("waiting", "等待医院")
    first = queued(hospital, tmp_path)
    importing.run(hospital, first.pk)
    second, begun, over = queued(hospital, tmp_path), threading.Event(), threading.Event()
    answers: list[Any] = []

    def hold() -> None:
        with hospital_scope(hospital):
            claims.one_at_a_time()
            begun.set()
            over.wait(15)
        connection.close()

    def work() -> None:
        answers.append(importing.run(hospital, second.pk))
        type(second)._base_manager.filter(pk=second.pk).update(state="ready")
        try:
            with hospital_scope(hospital):
                undoing.undo(first, actor=None, now=timezone.now())
        except ImportRefused as refusal:
            answers.append(str(refusal))
        connection.close()

    threads = [threading.Thread(target=hold), threading.Thread(target=work)]
    threads[0].start()
    begun.wait(15)
    threads[1].start()
    threads[1].join(5)
    waited = threads[1].is_alive()
    over.set()
    for thread in threads:
        thread.join()
    assert (waited, answers) == (False, [False, "另一份名单正在处理，待其完成后再撤销。"])
