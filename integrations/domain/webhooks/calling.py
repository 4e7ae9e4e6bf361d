"""The one call that leaves the house: signed, to a public address over https, without following anybody elsewhere.

The name is looked up once, every address it has is checked, and the connection goes to an address that was checked, so
that a name that changes its mind in between leads nowhere. Outside production plain http and private addresses are let
through, for a receiver on the same machine.
"""

import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

SECONDS = 10
WHOLE_SECONDS = 20
# Of the newer kind of address only those given out to the world are called, without the two kinds that lead to an
# address of the older kind, private ones too.
_GIVEN_OUT = ipaddress.ip_network("2000::/3")
_LEADS_ELSEWHERE = (ipaddress.ip_network("2002::/16"), ipaddress.ip_network("2001::/32"))
LONGEST_ADDRESS = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call: the status, or why there is none."""

    status: int | None
    problem: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether the receiver has taken it."""
        return self.status is not None and 200 <= self.status < 300


class _Forbidden(OSError):
    """The address must not be called."""


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """`CRM-Signature`: HMAC-SHA256 with the receiver's secret over the timestamp, a dot and the body."""
    digest = hmac.digest(secret.encode(), b"%d." % timestamp + body, hashlib.sha256).hex()
    return f"t={timestamp},v1={digest}"


def is_allowed(url: str) -> bool:
    """Whether an address has the shape of one that may be called: https, a host, nobody's name or password."""
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port is None or 0 < parts.port < 65536
    except ValueError:
        return False
    schemes = ("https", "http") if settings.WEBHOOKS_INSIDE else ("https",)
    is_plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST_ADDRESS
    named = bool(parts.hostname) and parts.username is None and parts.password is None
    return is_plain and parts.scheme in schemes and named and port_is_fine


def post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    """Hands the body over. Never raises: what went wrong is in the answer."""
    if not is_allowed(url):
        return Answer(None, "address")
    try:
        return _post(url, body, headers)
    except _Forbidden:
        return Answer(None, "address")
    except ssl.SSLError:
        return Answer(None, "certificate")
    except TimeoutError:
        return Answer(None, "slow")
    except (OSError, http.client.HTTPException, ValueError):
        return Answer(None, "unreachable")


def _post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    parts = urlsplit(url)
    host, is_tls = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if is_tls else 80)
    connection = http.client.HTTPConnection(host, port, timeout=SECONDS)
    watch = _Watch()
    try:
        connection.sock = _connect(host, port, is_tls, watch)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, {"Host": parts.netloc, "User-Agent": "hospital-crm", **headers})
        status = connection.getresponse().status
    finally:
        watch.ends()
        connection.close()
    if 300 <= status < 400:
        return Answer(status, "redirected")
    return Answer(status, "" if 200 <= status < 300 else "refused")


class _Watch:
    """Ends a call that takes too long as a whole, from the looking-up of the name on, however it trickles."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: socket.socket | None = None
        self._is_over = False
        self._timer = threading.Timer(WHOLE_SECONDS, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def holds(self, connected: socket.socket) -> None:
        """The connection that is cut when the time is over. Refuses (TimeoutError) when it is over already."""
        with self._lock:
            if self._is_over:
                raise TimeoutError
            self._held = connected

    def ends(self) -> None:
        """The call is over."""
        self._timer.cancel()

    def _cut(self) -> None:
        with self._lock, suppress(OSError):
            self._is_over = True
            if self._held is not None:
                self._held.shutdown(socket.SHUT_RDWR)


def _connect(host: str, port: int, is_tls: bool, watch: _Watch) -> socket.socket:
    """A connection to a checked address of the host; the certificate is that of the name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if not found or not all(_may_be_called(entry[4][0]) for entry in found):
        raise _Forbidden
    family, kind, protocol, _name, address = found[0]
    made = socket.socket(family, kind, protocol)
    try:
        watch.holds(made)
        made.settimeout(SECONDS)
        made.connect(address)
        if is_tls:
            context = ssl.create_default_context()
            made = context.wrap_socket(made, server_hostname=host, do_handshake_on_connect=False)
            watch.holds(made)
            made.do_handshake()
        return made
    except BaseException:
        made.close()
        raise


def _may_be_called(address: str | int) -> bool:
    """Whether an address lies outside: neither loopback nor private, link-local, shared, reserved or multicast."""
    ip = ipaddress.ip_address(str(address).partition("%")[0])
    if settings.WEBHOOKS_INSIDE:
        return True
    if ip.version == 6 and (ip not in _GIVEN_OUT or any(ip in network for network in _LEADS_ELSEWHERE)):
        return False
    return ip.is_global and not ip.is_multicast
