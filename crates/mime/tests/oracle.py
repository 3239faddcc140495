"""What Python's own `email` package sees in messages: an independent view, one JSON line a message.

Reads names of files, one a line. A message in which `email` finds a defect has no decidable view: only that is said.
"""

import email
import email.header
import email.policy
import email.utils
import json
import sys


def parts(message, prefix, found):
    """Part specifiers (RFC 9051 §6.4.5.1) of the parts of `message`, which is a message and no part."""
    if message.get_content_maintype() == "multipart":
        for number, child in enumerate(message.get_payload(), 1):
            part(child, [*prefix, number], found)
    else:
        part(message, [*prefix, 1], found)


def part(message, path, found):
    kind = message.get_content_type()
    # The payload as the parser left it; `get_payload` would decode some of it.
    payload = message._payload
    body = payload.encode("ascii", "surrogateescape").decode("latin-1") if isinstance(payload, str) else None
    found.append({"path": path, "type": kind, "names": message.keys(), "body": body})
    if kind.startswith("multipart/"):
        for number, child in enumerate(message.get_payload(), 1):
            part(child, [*path, number], found)
    elif kind in ("message/rfc822", "message/global"):
        parts(message.get_payload(0), path, found)


def subject(message):
    value = message["subject"]
    # 8-bit text without a charset has no meaning that could be compared.
    if not isinstance(value, str):
        return None
    try:
        return str(email.header.make_header(email.header.decode_header(value)))
    except (LookupError, UnicodeError, ValueError):
        return None


def sent_at(message):
    try:
        at = email.utils.parsedate_to_datetime(str(message["date"]))
    except (TypeError, ValueError):
        return None
    # A year of three digits, which `email` takes as it is, is one after 1900 (RFC 5322 §4.3).
    return int(at.timestamp()) if at.tzinfo and at.year >= 1000 else None


def addresses(message, name):
    """`None` where there are groups, comments or nothing that is an address: what `email` makes of those differs."""
    values = [str(value) for value in message.get_all(name, [])]
    if any(set(value) & set(":;()\\\ufffd") or "=?" in value for value in values):
        return None
    found = email.utils.getaddresses(values)
    return [list(pair) for pair in found] if all("@" in pair[1] for pair in found) else None


def view(message):
    if any(part.defects for part in message.walk()):
        return {"defects": True}
    found = []
    parts(message, [], found)
    lists = {name: addresses(message, name) for name in ("from", "to", "cc")}
    return {"parts": found, "subject": subject(message), "sent_at": sent_at(message), "addresses": lists}


for name in sys.stdin.read().splitlines():
    with open(name, "rb") as file:
        print(json.dumps(view(email.message_from_bytes(file.read()))), flush=True)
