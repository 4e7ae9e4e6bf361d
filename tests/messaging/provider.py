"""A provider on this machine that answers over HTTP as told, and remembers what it was asked."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    raw_query: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)


@dataclass
class Provider:
    """`answers`: by path, what is answered in turn, the last one for ever. An answer is a dict (200), a pair of status
    and text, or a word: `hang` (reads, then says nothing), `close` (reads, then closes).
    """

    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    answers: dict[str, list[Any]] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def answer(self, path: str) -> Any:
        """What this path is answered next."""
        waiting = self.answers.get(path, [{}])
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]


@contextmanager
def running() -> Iterator[Provider]:
    """A provider that runs until the end of the test."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _take(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            provider.asked.append(Asked(self.command, parts.path, query, parts.query, headers, body))
            answer = provider.answer(parts.path)
            if answer == "hang":
                provider.over.wait(10)
            if answer in ("hang", "close"):
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            status, text = (200, json.dumps(answer)) if isinstance(answer, dict) else answer
            self.send_response(status)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = _take

        def log_message(self, *args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    provider.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield provider
    finally:
        provider.over.set()
        server.shutdown()
        server.server_close()


def nobody() -> str:
    """An address at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


Deliver = Callable[..., list[Any]]


def deliver(gateway: Any, *outgoing: Any) -> list[Any]:
    """What became of each message, over one line."""
    with gateway.session() as session:
        return [session.deliver(one) for one in outgoing]
