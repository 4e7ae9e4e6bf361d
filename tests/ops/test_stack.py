"""Room on the interpreter's stack."""

import pytest

from hospital_crm.stack import with_room

pytestmark = pytest.mark.unit


def test_call_answers_as_without_room() -> None:
    assert with_room(divmod, 7, 2) == (3, 1)
    assert with_room(dict, a=1) == {"a": 1}


def test_frame_asks_for_more_than_one_chunk_of_the_interpreter() -> None:
    assert with_room.__code__.co_stacksize * 8 > 7 * 16 * 1024


def test_error_passes_through() -> None:
    with pytest.raises(ZeroDivisionError):
        with_room(lambda: 1 // 0)
