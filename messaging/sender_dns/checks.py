"""The checks of a sender, each with its verdict and what was found."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from messaging.sender_dns.resolver import NoAnswer, Resolver
from messaging.sender_dns.spf import Broken, Policy

GOOD, WEAK, BAD, UNKNOWN = "good", "weak", "bad", "unknown"
SHORTEST_KEY = 1024


@dataclass(frozen=True)
class Finding:
    """One check: what of (`spf`, `dkim`, `dmarc`, `reverse`, `mx`), how it stands, why in one word, what was read."""

    check: str
    verdict: str
    why: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Sender:
    """Whose names are asked for: the domain of the sender's address, the host that sends, the selector that signs."""

    domain: str
    host: str
    selector: str = ""
    return_domain: str = ""


def all_checks(sender: Sender, resolver: Resolver) -> list[Finding]:
    """Every check, in the order in which they are shown; one that nobody answered is unknown, not bad."""
    checks: tuple[tuple[str, Callable[[Sender, Resolver], Finding]], ...] = (
        ("spf", spf),
        ("dkim", dkim),
        ("dmarc", dmarc),
        ("reverse", reverse),
        ("mx", mx),
    )
    return [_answered(name, check, sender, resolver) for name, check in checks]


def spf(sender: Sender, resolver: Resolver) -> Finding:
    """Whether the policy lets every address of the host send."""
    policy = Policy(resolver)
    try:
        record = policy.record(sender.domain)
        if not record:
            return Finding("spf", BAD, "missing")
        addresses = resolver.addresses(sender.host)
        results = {Policy(resolver).result(sender.domain, address) for address in addresses}
    except Broken as broken:
        return Finding("spf", BAD, f"spf_{broken}" if str(broken) in ("two", "lookups") else "spf_broken", str(broken))
    if not addresses:
        return Finding("spf", UNKNOWN, "no_host", sender.host)
    if results == {"pass"}:
        return Finding("spf", GOOD if record.rstrip().endswith(("-all", "~all")) else WEAK, "", record)
    return Finding("spf", BAD, "not_listed", record)


def dkim(sender: Sender, resolver: Resolver) -> Finding:
    """Whether the key by which the relay signs is published, and long enough."""
    if not sender.selector:
        return Finding("dkim", UNKNOWN, "no_selector")
    name = f"{sender.selector}._domainkey.{sender.domain}"
    found = [_tags(text) for text in resolver.texts(name) if "p=" in text]
    if not found:
        return Finding("dkim", BAD, "missing", name)
    key = found[0].get("p", "")
    if not key:
        return Finding("dkim", BAD, "revoked", name)
    size = _size(key, found[0].get("k", "rsa"))
    if size is None:
        return Finding("dkim", BAD, "unreadable", name)
    return Finding("dkim", GOOD if size > SHORTEST_KEY or size == 256 else WEAK, "", f"{name} ({size})")


def dmarc(sender: Sender, resolver: Resolver) -> Finding:
    """The policy for mails that fail, of the domain or of the one above."""
    labels = sender.domain.split(".")
    for domain in dict.fromkeys((sender.domain, ".".join(labels[-3:]), ".".join(labels[-2:]))):
        found = [text for text in resolver.texts(f"_dmarc.{domain}") if text.lower().startswith("v=dmarc1")]
        if len(found) == 1:
            policy = _tags(found[0]).get("p", "").lower()
            verdict = {"reject": GOOD, "quarantine": GOOD, "none": WEAK}.get(policy, BAD)
            return Finding("dmarc", verdict, "" if verdict != WEAK else "only_watches", found[0])
        if found:
            return Finding("dmarc", BAD, "two")
    return Finding("dmarc", BAD, "missing")


def reverse(sender: Sender, resolver: Resolver) -> Finding:
    """Whether every address of the host has a name that leads back to it."""
    addresses = resolver.addresses(sender.host)
    if not addresses:
        return Finding("reverse", UNKNOWN, "no_host", sender.host)
    for address in addresses:
        names = resolver.names_of(address)
        if not names:
            return Finding("reverse", BAD, "missing", address)
        if not any(address in resolver.addresses(name) for name in names):
            return Finding("reverse", BAD, "leads_elsewhere", f"{address} → {names[0]}")
    return Finding("reverse", GOOD, "", ", ".join(addresses))


def mx(sender: Sender, resolver: Resolver) -> Finding:
    """Whether bounces can arrive at the domain they go to."""
    domain = sender.return_domain or sender.domain
    servers = resolver.mail_servers(domain)
    return Finding("mx", GOOD, "", ", ".join(servers)) if servers else Finding("mx", BAD, "missing", domain)


def _answered(name: str, check: Callable[[Sender, Resolver], Finding], sender: Sender, resolver: Resolver) -> Finding:
    try:
        return check(sender, resolver)
    except NoAnswer as silence:
        return Finding(name, UNKNOWN, "no_answer", str(silence))


def _tags(text: str) -> dict[str, str]:
    """`v=DKIM1; k=rsa; p=…` by its names."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): "".join(value.split()) for name, _sign, value in pairs if name.strip()}


def _size(key: str, kind: str) -> int | None:
    """Bits of a published key."""
    try:
        raw = base64.b64decode(key, validate=True)
        if kind == "ed25519":
            return 256 if len(raw) == 32 else None
        found = load_der_public_key(raw)
    except (ValueError, binascii.Error, UnsupportedAlgorithm):
        return None
    return found.key_size if isinstance(found, RSAPublicKey) else None
