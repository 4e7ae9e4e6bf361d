"""Asking for names. Tests give their own answers."""

from typing import Protocol

import dns.exception
import dns.resolver
import dns.reversename

SECONDS = 5.0


class NoAnswer(Exception):
    """Nobody answered, so nothing is known."""


class Resolver(Protocol):
    """What is asked. An empty list: there is no such record. Raises NoAnswer where that is not known."""

    def texts(self, name: str) -> list[str]:
        """TXT records, the pieces of each put together."""
        ...

    def addresses(self, name: str) -> list[str]:
        """A and AAAA records."""
        ...

    def mail_servers(self, name: str) -> list[str]:
        """MX records, the preferred first."""
        ...

    def names_of(self, address: str) -> list[str]:
        """PTR records."""
        ...


class DnsResolver:
    """The resolver of the machine."""

    def texts(self, name: str) -> list[str]:
        """As the protocol says."""
        return [b"".join(row.strings).decode("utf-8", "replace") for row in self._rows(name, "TXT")]

    def addresses(self, name: str) -> list[str]:
        """As the protocol says."""
        return [row.address for kind in ("A", "AAAA") for row in self._rows(name, kind)]

    def mail_servers(self, name: str) -> list[str]:
        """As the protocol says."""
        rows = sorted(self._rows(name, "MX"), key=lambda row: row.preference)
        return [str(row.exchange).rstrip(".") for row in rows]

    def names_of(self, address: str) -> list[str]:
        """As the protocol says."""
        return [str(row.target).rstrip(".") for row in self._rows(str(dns.reversename.from_address(address)), "PTR")]

    def _rows(self, name: str, kind: str) -> list:
        try:
            return list(dns.resolver.resolve(name, kind, lifetime=SECONDS))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, ValueError, UnicodeError) as error:
            raise NoAnswer(type(error).__name__) from error
