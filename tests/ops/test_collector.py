"""The collector of cycles during bulk work."""

import gc

import pytest

from hospital_crm import collector

pytestmark = pytest.mark.unit


def test_collector_looks_seldom_inside_the_block_and_as_before_after_it() -> None:
    usual = gc.get_threshold()
    with collector.seldom():
        assert gc.get_threshold() == (50_000, *usual[1:])
    assert gc.get_threshold() == usual


def test_overlapping_blocks_end_with_the_last() -> None:
    usual = gc.get_threshold()
    first, second = collector.seldom(), collector.seldom()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert gc.get_threshold() == (50_000, *usual[1:])
    second.__exit__(None, None, None)
    assert gc.get_threshold() == usual
