"""What the names of a sender say: each check good, weak, bad and unknown, by answers that the test gives."""

import base64
from dataclasses import dataclass, field

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hospital_crm.tenancy.scope import hospital_scope
from messaging.domain import sender_checks
from messaging.models import SenderCheck
from messaging.sender_dns import checks
from messaging.sender_dns.checks import Sender, all_checks
from messaging.sender_dns.resolver import NoAnswer
from tests.cast import client_of
from tests.messaging.factories import NOW
from tests.messaging.gateway_factories import GatewayAccountFactory, SenderCheckFactory

NORTH = Sender("north.example", "mail.north.example", "s1")


@dataclass
class Names:
    """Answers by name; a name in `silent` is answered by nobody."""

    text: dict[str, list[str]] = field(default_factory=dict)
    address: dict[str, list[str]] = field(default_factory=dict)
    mail: dict[str, list[str]] = field(default_factory=dict)
    back: dict[str, list[str]] = field(default_factory=dict)
    silent: tuple[str, ...] = ()

    def _of(self, found: dict[str, list[str]], name: str) -> list[str]:
        if name in self.silent:
            raise NoAnswer("Timeout")
        return found.get(name, [])

    def texts(self, name: str) -> list[str]:
        return self._of(self.text, name)

    def addresses(self, name: str) -> list[str]:
        return self._of(self.address, name)

    def mail_servers(self, name: str) -> list[str]:
        return self._of(self.mail, name)

    def names_of(self, address: str) -> list[str]:
        return self._of(self.back, address)


def key(bits: int) -> str:
    public = rsa.generate_private_key(65537, bits).public_key()
    return base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


@pytest.fixture(scope="module")
def good_key() -> str:
    return key(2048)


@pytest.fixture
def names(good_key: str) -> Names:
    return Names(
        text={
            "north.example": ["v=spf1 include:relay.example -all"],
            "relay.example": ["v=spf1 ip4:192.0.2.0/24 ~all"],
            "s1._domainkey.north.example": [f"v=DKIM1; k=rsa; p={good_key}"],
            "_dmarc.north.example": ["v=DMARC1; p=quarantine"],
        },
        address={"mail.north.example": ["192.0.2.7"]},
        mail={"north.example": ["mail.north.example"]},
        back={"192.0.2.7": ["mail.north.example"]},
    )


def found(names: Names, sender: Sender = NORTH) -> dict[str, tuple[str, str]]:
    return {one.check: (one.verdict, one.why) for one in all_checks(sender, names)}


@pytest.mark.unit
def test_sender_in_order(names: Names) -> None:
    assert found(names) == dict.fromkeys(("spf", "dkim", "dmarc", "reverse", "mx"), ("good", ""))


@pytest.mark.unit
@pytest.mark.parametrize(
    ("record", "result"),
    [
        ([], ("bad", "missing")),
        (["v=spf1 -all"], ("bad", "not_listed")),
        (["v=spf1 a:mail.north.example -all"], ("good", "")),
        (["v=spf1 mx ~all"], ("good", "")),
        (["v=spf1 ip4:192.0.2.7 ?all"], ("weak", "")),
        (["v=spf1 redirect=relay.example"], ("weak", "")),
        (["v=spf1 ip6:2001:db8::/32 -all"], ("bad", "not_listed")),
        (["v=spf1 -all", "v=spf1 +all"], ("bad", "spf_two")),
        (["v=spf1 include:nowhere.example -all"], ("bad", "spf_broken")),
        (["v=spf1 wizard:x -all"], ("bad", "spf_broken")),
        (["v=spf1 include:north.example -all"], ("bad", "spf_lookups")),
        (["other text", "v=spf1 ip4:192.0.2.7 -all"], ("good", "")),
    ],
)
def test_policies_are_worked_out(names: Names, record: list[str], result: tuple[str, str]) -> None:
    names.text["north.example"] = record
    assert found(names)["spf"] == result


@pytest.mark.unit
@pytest.mark.parametrize(
    ("record", "result"),
    [("v=DKIM1; p=", ("bad", "revoked")), ("v=DKIM1; p=!!", ("bad", "unreadable")), ("other", ("bad", "missing"))],
)
def test_keys_are_read(names: Names, record: str, result: tuple[str, str]) -> None:
    names.text["s1._domainkey.north.example"] = [record]
    assert found(names)["dkim"] == result


@pytest.mark.unit
def test_short_key_is_weak_and_no_selector_unknown(names: Names) -> None:
    names.text["s1._domainkey.north.example"] = [f"v=DKIM1; p={key(1024)}"]
    assert found(names)["dkim"][0] == checks.WEAK
    assert found(names, Sender("north.example", "mail.north.example"))["dkim"] == ("unknown", "no_selector")


@pytest.mark.unit
def test_policy_for_failures_of_the_domain_above_counts(names: Names) -> None:
    sub = Sender("care.north.example", "mail.north.example", "s1")
    assert found(names, sub)["dmarc"] == ("good", "")
    names.text["_dmarc.north.example"] = ["v=DMARC1; p=none"]
    assert found(names)["dmarc"] == ("weak", "only_watches")
    names.text["_dmarc.north.example"] = []
    assert found(names)["dmarc"] == ("bad", "missing")


@pytest.mark.unit
def test_reverse_name_leads_back(names: Names) -> None:
    names.back["192.0.2.7"] = ["other.example"]
    assert found(names)["reverse"] == ("bad", "leads_elsewhere")
    names.back = {}
    assert found(names)["reverse"] == ("bad", "missing")


@pytest.mark.unit
def test_silence_is_unknown_not_bad(names: Names) -> None:
    names.silent = ("north.example", "mail.north.example")
    assert found(names) == {
        "spf": ("unknown", "no_answer"),
        "dkim": ("good", ""),
        "dmarc": ("good", ""),
        "reverse": ("unknown", "no_answer"),
        "mx": ("unknown", "no_answer"),
    }


@pytest.mark.django_db(transaction=True)
def test_worker_asks_once_outside_every_scope(north, cast, names: Names) -> None:
    with hospital_scope(north):
        GatewayAccountFactory(
            is_active=True,
            settings={"host": "mail.north.example", "sender": "care@north.example", "dkim_selector": "s1"},
        )
        check = SenderCheckFactory(domain="north.example", host="mail.north.example", selector="s1", checked_at=None)
        with pytest.raises(RuntimeError):
            sender_checks.run(north, check.pk, resolver=names)
        assert sender_checks.sender_in_use() == NORTH
    for _time in range(2):
        sender_checks.run(north, check.pk, resolver=names, clock=lambda: NOW)
    with hospital_scope(north):
        check = SenderCheck.objects.get()
        assert (check.checked_at, [one["verdict"] for one in check.findings]) == (NOW, ["good"] * 5)


@pytest.mark.django_db
def test_page_tells_what_is_to_be_done(north, cast) -> None:
    with hospital_scope(north):
        SenderCheckFactory()
    client = client_of(cast.deng)
    text = client.get(client.url("messaging:sender")).content.decode()
    assert ("SPF" in text, "state-late" in text) == (True, True)


@pytest.mark.django_db
def test_without_a_mail_server_nothing_is_checked(north, cast, settings) -> None:
    settings.EMAIL_HOST = ""
    client = client_of(cast.deng)
    client.post(client.url("messaging:sender-check"))
    with hospital_scope(north):
        assert SenderCheck.objects.count() == 0
