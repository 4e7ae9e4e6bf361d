"""Numbers of registers: each hospital counts for itself, once and without gaps, also when two draw at once."""

import threading

import pytest
from django.db import connection, transaction

from accounts.domain.numbers import draw_number
from accounts.models import Hospital, NumberSeries
from hospital_crm.tenancy.scope import hospital_scope

EXPORTS, REQUESTS = NumberSeries.Register.EXPORTS, NumberSeries.Register.REQUESTS


def drawn(hospital: Hospital, *registers: str) -> list[int]:
    with hospital_scope(hospital):
        return [draw_number(register) for register in registers]


@pytest.mark.django_db
def test_each_hospital_and_register_counts_from_one(north: Hospital, south: Hospital) -> None:
    assert drawn(north, EXPORTS, EXPORTS, REQUESTS) == [1, 2, 1]
    assert drawn(south, EXPORTS) == [1]
    assert drawn(north, EXPORTS) == [3]


@pytest.mark.django_db
def test_what_is_rolled_back_gives_its_number_back(north: Hospital) -> None:
    with hospital_scope(north):
        with transaction.atomic():
            assert draw_number(EXPORTS) == 1
            transaction.set_rollback(True)
        assert draw_number(EXPORTS) == 1


@pytest.mark.django_db(transaction=True)
def test_two_that_draw_at_once_get_two_numbers(north: Hospital) -> None:
    numbers, go = [], threading.Barrier(6)

    def draw() -> None:
        try:
            go.wait(timeout=30)
            numbers.extend(drawn(north, EXPORTS))
        finally:
            connection.close()

    threads = [threading.Thread(target=draw) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(numbers) == [1, 2, 3, 4, 5, 6]
