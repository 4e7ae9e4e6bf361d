"""Reports of delivery and of complaints: by their fields, by their words, by flufl.bounce."""

import logging
import re
from email.message import Message as Letter

from flufl.bounce import all_failures

from messaging.inbound import words
from messaging.inbound.found import Finding, Verdict

# It tells each of its detectors, for every mail.
logging.getLogger("flufl.bounce").setLevel(logging.WARNING)
_ADDRESS = r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+\w"
_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])([45]\d\d)(?=[ -])")
_BARE = re.compile(_ADDRESS)
_HEADS = (
    re.compile(rf"^\s*(?:recipient(?: address)?:\s*)?<?({_ADDRESS})>?\s*(?:\([^)]*\)\s*)?:?\s*$", re.I | re.M),
    re.compile(rf"^\s*(?:\*\s*)?<?({_ADDRESS})>?(?::| on |,| invalid address)(.*)$", re.I | re.M),
    re.compile(rf"address: <({_ADDRESS})>", re.I),
    re.compile(rf"recipient:\s*<?({_ADDRESS})", re.I),
    re.compile(rf"^\s*\*\s*({_ADDRESS})\s*$", re.I | re.M),
)
_NO_COMPLAINTS = ("not-spam", "auth-failure", "dmarc", "virus")
_OF_AMAZON = re.compile(r'"notificationType"\s*:\s*"(Bounce|Complaint)"')
_OF_AMAZON_ADDRESS = re.compile(r'"emailAddress"\s*:\s*"([^"]+)"')


def complaint(letter: Letter, text: str) -> tuple[Verdict, tuple[Finding, ...]] | None:
    """Whom a report of abuse (ARF) is about. Reports of failed authentication and of mail that is no spam are read as
    such: they speak of no recipient's wish.
    """
    if found := _OF_AMAZON.search(text[:2000]):
        verdict = Verdict.COMPLAINT if found[1] == "Complaint" else _amazon_bounce(text)
        return verdict, tuple(Finding(one, verdict) for one in dict.fromkeys(_OF_AMAZON_ADDRESS.findall(text)))
    part = next((one for one in letter.walk() if one.get_content_type() == "message/feedback-report"), None)
    if part is None:
        return None
    fields = _fields(_raw(part))
    kind = next(iter(fields.get("feedback-type", [""]))).lower()
    if kind in _NO_COMPLAINTS:
        return Verdict.FEEDBACK, ()
    told = [_bare(value) for value in fields.get("original-rcpt-to", []) + fields.get("removal-recipient", [])]
    told = told or [_bare(value) for value in _original_heads(letter, "to")]
    return Verdict.COMPLAINT, tuple(Finding(one, Verdict.COMPLAINT) for one in dict.fromkeys(told) if one)


def delivery(letter: Letter, text: str) -> tuple[Finding, ...]:
    """What a report of delivery says of each recipient."""
    found = []
    for part in letter.walk():
        if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status"):
            found += [one for block in _raw(part).split("\n\n") if (one := _recipient(_fields(block), text))]
    if not found and "final-recipient:" in text.lower():
        found = [one for block in text.split("\n\n") if (one := _recipient(_fields(block), text))]
    return tuple(found)


def told_in_words(letter: Letter, text: str) -> tuple[Finding, ...]:
    """What a mail system says of each recipient in its own words; by flufl.bounce where it is not understood."""
    said = words.ORIGINAL_FOLLOWS.split(text, maxsplit=1)[0] or text
    named = [_bare(one) for one in str(letter.get("X-Failed-Recipients", "")).split(",")]
    own = {_bare(str(letter.get(name, ""))) for name in ("To", "Delivered-To", "X-Original-To", "Envelope-To")}
    own |= {_bare(str(letter.get("From", "")))}
    pieces = _pieces(said, {one for one in own if one})
    found = {address: _judged(piece, said) for address, piece in pieces.items()}
    for address in named:
        if address and address not in found:
            found[address] = _judged("", said)
    if not found:
        temporary, permanent = all_failures(letter)
        lost = {_text(one) for one in permanent} | {_text(one) for one in temporary}
        found = {one: _judged("", said) for one in sorted(lost)}
    if not found:
        found = {"": _judged("", said)}
    return tuple(Finding(address, verdict, status) for address, (verdict, status) in found.items())


def text_of(letter: Letter) -> str:
    """The text parts that are not of the mail that came back."""
    parts, attached = [], False
    for part in letter.walk():
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers"):
            attached = True
        elif not part.is_multipart() and part.get_content_maintype() == "text" and not attached:
            parts.append(_decoded(part))
    return "\n".join(parts)


def _recipient(fields: dict[str, list[str]], text: str) -> Finding | None:
    """One block of fields: about a recipient, or nothing."""
    final, original = _first(fields, "final-recipient"), _first(fields, "original-recipient")
    if not final and not original:
        return None
    address = next((one for one in (_typed(final), _typed(original)) if one.count("@") == 1 and one[0] != "@"), "")
    status = _ENHANCED.search(_first(fields, "status"))
    diagnostic = _first(fields, "diagnostic-code")
    action = _first(fields, "action").lower().split(" ")[0]
    if action in ("delivered", "relayed", "expanded"):
        return None
    precise = _ENHANCED.search(diagnostic)
    code = status[1] if status else precise[1] if precise else ""
    if action == "delayed":
        return Finding(address, Verdict.DELAYED, code)
    if precise and code.endswith((".0.0", ".3.0", ".5.0")) and precise[1][0] == code[0]:
        code = precise[1]
    said = words.ORIGINAL_FOLLOWS.split(text, maxsplit=1)[0] or text
    return Finding(address, _verdict(code, diagnostic, said), code or _reply(diagnostic))


def _judged(piece: str, said: str) -> tuple[Verdict, str]:
    """Verdict and status of what is said of one recipient."""
    status = _ENHANCED.search(piece) or (None if piece else _ENHANCED.search(said))
    code = status[1] if status else ""
    if words.DELAYED.search(said):
        return Verdict.DELAYED, code
    return _verdict(code, piece, said), code or _reply(piece or said)


def _verdict(code: str, precisely: str, said: str) -> Verdict:
    """For good or for a time: by the words of the refusal, then by the status, then by the words around."""
    if code.startswith("4."):
        return Verdict.SOFT_BOUNCE
    if words.AFTER_THE_TEXT.search(said) and code not in words.FOR_GOOD:
        return Verdict.SOFT_BOUNCE
    for words_of_it in (precisely, "" if code in words.FOR_GOOD else said):
        if code in words.FOR_A_TIME or words.NOT_THE_ADDRESS.search(words_of_it):
            return Verdict.SOFT_BOUNCE
        if words.NO_SUCH_ADDRESS.search(words_of_it):
            return Verdict.HARD_BOUNCE
    return Verdict.HARD_BOUNCE if code in words.FOR_GOOD else Verdict.SOFT_BOUNCE


def _pieces(said: str, own: set[str]) -> dict[str, str]:
    """What is said of each recipient: from where it is named to where the next one is."""
    places: dict[str, int] = {}
    for head in _HEADS:
        for match in head.finditer(said):
            address = match[1].lower()
            if address not in own:
                places.setdefault(address, match.start())
    starts = sorted(places.items(), key=lambda one: one[1])
    ends = [place for _address, place in [*starts[1:], ("", len(said))]]
    return {address: said[place:end] for (address, place), end in zip(starts, ends, strict=bool(starts))}


def _original_heads(letter: Letter, name: str) -> list[str]:
    """A header of the mail that came back."""
    for part in letter.walk():
        if part is not letter and part.get_content_type() in ("message/rfc822", "text/rfc822-headers"):
            return _fields(_raw(part).split("\n\n", 1)[0]).get(name, [])
    return []


def _amazon_bounce(text: str) -> Verdict:
    return Verdict.HARD_BOUNCE if re.search(r'"bounceType"\s*:\s*"Permanent"', text) else Verdict.SOFT_BOUNCE


def _fields(block: str) -> dict[str, list[str]]:
    """Fields of a report, folded lines joined, names in small letters."""
    found: dict[str, list[str]] = {}
    for line in re.sub(r"\n[ \t]+", " ", block).split("\n"):
        name, colon, value = line.partition(":")
        if colon and " " not in name.strip():
            found.setdefault(name.strip().lower(), []).append(value.strip())
    return found


def _first(fields: dict[str, list[str]], name: str) -> str:
    return fields.get(name, [""])[0]


def _typed(value: str) -> str:
    """The address of `rfc822; somebody@example.com`."""
    return value.rpartition(";")[2].strip().strip("<>").strip()


def _bare(value: str) -> str:
    found = _BARE.search(value)
    return found[0].lower() if found else ""


def _reply(text: str) -> str:
    found = _REPLY.search(text)
    return found[1] if found else ""


def _text(value: bytes | str) -> str:
    return value.decode("ascii", "replace") if isinstance(value, bytes) else value


def _raw(part: Letter) -> str:
    """A part as text, also where the parser made mails of its blocks."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return "\n\n".join(str(one).strip("\n") for one in payload)
    decoded = part.get_payload(decode=True)
    return decoded.decode("utf-8", "replace") if isinstance(decoded, bytes) else str(payload)


def _decoded(part: Letter) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    for charset in (part.get_content_charset() or "utf-8", "utf-8"):
        try:
            return content.decode(charset)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return content.decode("gb18030", "replace")
