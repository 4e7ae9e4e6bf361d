"""What a serving process does before its first request."""

import gc

import pytest
from django.template import engines

from hospital_crm.warm import warm_up

pytestmark = pytest.mark.unit


def test_warming_up_compiles_the_templates_and_freezes_what_stands() -> None:
    gc.unfreeze()  # the tests froze what they loaded
    try:
        warm_up()
        compiled = engines["django"].engine.template_loaders[0].loaders[0].get_template_cache
        assert any("followups/workbench.html" in str(key) for key in compiled)
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()
        gc.freeze()
