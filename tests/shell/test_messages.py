"""What was done is said once, with a way back where there is one."""

import pytest
from django.contrib.messages import get_messages
from django.template.loader import get_template

from hospital_crm.shell import toasts
from hospital_crm.shell.views import bad_request, server_error
from tests.shell.kit import a_request

pytestmark = pytest.mark.unit


def test_a_message_carries_the_address_that_takes_it_back():
    request = a_request()
    toasts.say(request, "已催办4步", undo_url="/north/undo/7/")
    toasts.say(request, "网络断开", late=True)
    done, failed = get_messages(request)
    assert (str(done), toasts.undo_url(done)) == ("已催办4步", "/north/undo/7/")
    assert (toasts.undo_url(failed), failed.level_tag) == ("", "error")
    html = get_template("components/toasts.html").render({"messages": [done, failed]}, request)
    assert '<form method="post" action="/north/undo/7/">' in html
    assert html.count("note-toast-late") == 1


def test_our_own_fault_needs_neither_user_nor_hospital():
    request = a_request(theme="dark")
    del request.user, request.actor, request.hospital
    for response, status in ((server_error(request), 500), (bad_request(request, ValueError()), 400)):
        assert response.status_code == status
        assert "5f1c2a7e" in response.content.decode()
        assert 'data-bs-theme="dark"' in response.content.decode()
