"""Whether a sender policy (RFC 7208) lets a server send, as far as it can be worked out from names alone."""

import ipaddress
from dataclasses import dataclass, field

from messaging.sender_dns.resolver import Resolver

MOST_LOOKUPS = 10
_RESULTS = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}


class Broken(Exception):
    """The policy cannot be worked out: none, two, too many names, a word nobody knows."""


@dataclass
class Policy:
    """Works out one policy. `lookups` counts the names that were asked for."""

    resolver: Resolver
    lookups: int = field(default=0)

    def record(self, domain: str) -> str:
        """The one policy of a domain; '' where there is none. Broken where there are two."""
        found = [text for text in self.resolver.texts(domain) if text.lower().split(" ")[0] == "v=spf1"]
        if len(found) > 1:
            raise Broken("two")
        return found[0] if found else ""

    def result(self, domain: str, address: str) -> str:
        """pass, fail, softfail or neutral for a server of this address."""
        record = self.record(domain)
        if not record:
            raise Broken("none")
        redirect = ""
        for word in record.split()[1:]:
            name, sign, value = word.partition("=")
            if sign and ":" not in name and "/" not in name:
                redirect = value if name.lower() == "redirect" else redirect
                continue
            result = _RESULTS.get(word[0], "pass")
            if self._fits(word.lstrip("+-~?"), domain, address):
                return result
        if redirect:
            self._count()
            return self.result(redirect, address)
        return "neutral"

    def _fits(self, mechanism: str, domain: str, address: str) -> bool:
        name, _sign, value = mechanism.partition(":")
        kind, _slash, length = name.lower().partition("/")
        host = value.partition("/")[0] or domain
        if kind == "all":
            return True
        if kind in ("ip4", "ip6"):
            return _within(address, value)
        if kind not in ("a", "mx", "include", "exists", "ptr"):
            raise Broken(kind)
        self._count()
        if kind == "include":
            return self.result(value, address) == "pass"
        if kind == "a":
            return self._one_of(self.resolver.addresses(host), address, length)
        if kind == "mx":
            return any(
                self._one_of(self.resolver.addresses(server), address, length)
                for server in self.resolver.mail_servers(host)[:MOST_LOOKUPS]
            )
        return kind == "exists" and "%" not in value and bool(self.resolver.addresses(value))

    def _one_of(self, found: list[str], address: str, length: str) -> bool:
        return any(_within(address, f"{one}/{length}" if length else one) for one in found)

    def _count(self) -> None:
        self.lookups += 1
        if self.lookups > MOST_LOOKUPS:
            raise Broken("lookups")


def _within(address: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
