"""The one call that leaves the house: signed, to public addresses, within its time, followed nowhere."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from integrations.domain.webhooks import calling
from integrations.domain.webhooks.calling import Answer


def test_signature_is_what_the_description_says() -> None:
    """As openssl has it: printf '1.{}' | openssl dgst -sha256 -hmac s3cret."""
    digest = "3aef069923b329162e71de34136b0ef6ee4b9253867069748da3fc3680c71406"
    assert calling.signature("s3cret", 1, b"{}") == f"t=1,v1={digest}"


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://a.example/",
            "ftp://a.example/",
            "https://",
            "https://u:p@a.example/",
            "a.example",
            "https://a.example:99999/",
        ),
        *("https://a.example/ x", "https://a.example/\r\nX: y", "https://" + "a" * 600 + "/"),
    ],
)
def test_address_that_may_not_be_called_is_refused(settings: Any, url: str) -> None:
    settings.WEBHOOKS_INSIDE = False
    assert calling.is_allowed(url) is False
    assert calling.post(url, b"{}", {}) == Answer(None, "address")


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.0.9", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("::1", "fc00::1", "fe80::1", "::ffff:10.0.0.1", "2002:7f00:0001::", "224.0.0.1", "64:ff9b::a00:1"),
        *("64:ff9b:1::a00:1", "2001:0:4136:e378::1", "::808:808", "100::1"),
    ],
)
def test_name_that_leads_into_the_house_is_not_called(
    settings: Any, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    settings.WEBHOOKS_INSIDE = False
    opened: list[Any] = []

    class Watched(calling.socket.socket):  # type: ignore[name-defined, misc]
        def connect(self, place: Any) -> None:
            opened.append(place)
            raise OSError

    public = (2, 1, 6, "", ("93.184.216.34", 443))
    monkeypatch.setattr(calling.socket, "getaddrinfo", lambda *a, **k: [public, (2, 1, 6, "", (address, 443))])
    monkeypatch.setattr(calling.socket, "socket", Watched)
    assert calling.post("https://rebind.example/", b"{}", {}) == Answer(None, "address")
    assert opened == []
    monkeypatch.setattr(calling.socket, "getaddrinfo", lambda *a, **k: [public])
    assert calling.post("https://fine.example/", b"{}", {}) == Answer(None, "unreachable")
    assert opened == [("93.184.216.34", 443)]


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:  # noqa: N802
        """Answers as the path says."""
        self.server.got.append((self.path, self.rfile.read(int(self.headers["Content-Length"])), dict(self.headers)))  # type: ignore[attr-defined]
        status = int(self.path.strip("/").split("?")[0])
        self.send_response(status)
        if status == 302:
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/200")  # type: ignore[attr-defined]
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Silent."""


@pytest.fixture
def outside() -> Iterator[HTTPServer]:
    """A receiver on this machine."""
    server = HTTPServer(("127.0.0.1", 0), _Handler)
    server.got = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def test_call_hands_the_body_over_and_follows_nobody_elsewhere(outside: HTTPServer) -> None:
    base = f"http://127.0.0.1:{outside.server_port}"
    assert calling.post(f"{base}/204?a=1", b'{"a":1}', {"CRM-Fact": "test"}) == Answer(204)
    path, body, headers = outside.got[0]  # type: ignore[attr-defined]
    assert (path, body, headers["CRM-Fact"]) == ("/204?a=1", b'{"a":1}', "test")
    assert calling.post(f"{base}/500", b"{}", {}) == Answer(500, "refused")
    assert calling.post(f"{base}/302", b"{}", {}) == Answer(302, "redirected")
    assert [one[0] for one in outside.got] == ["/204?a=1", "/500", "/302"]  # type: ignore[attr-defined]
    outside.server_close()
    assert calling.post("http://127.0.0.1:1/200", b"{}", {}) == Answer(None, "unreachable")


def test_time_of_a_call_runs_from_the_looking_up_of_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "WHOLE_SECONDS", 0.05)
    found = [(2, 1, 6, "", ("127.0.0.1", 9))]
    monkeypatch.setattr(calling.socket, "getaddrinfo", lambda *a, **k: time.sleep(0.3) or found)
    assert calling.post("http://slow.example/", b"{}", {}) == Answer(None, "slow")


@pytest.mark.parametrize("address", ["2606:2800:220:1::1", "2400:3200::1", "93.184.216.34"])
def test_address_given_out_to_the_world_is_called(settings: Any, address: str) -> None:
    settings.WEBHOOKS_INSIDE = False
    assert calling._may_be_called(address) is True
