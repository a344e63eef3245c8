"""Reads mails for the tests with Python's own parser, and verifies their DKIM signatures with dkimpy.

Standard input: a JSON list of {"raw": base64, "dns": {name: TXT record}}. Standard output: a JSON list, one answer each.
"""
import base64
import email
import email.policy
import json
import sys


def defects_of(message):
    found = []
    for part in message.walk():
        found += [type(one).__name__ for one in part.defects]
        for name, value in part.items():
            found += [f"{name}: {type(one).__name__}" for one in value.defects]
    return found


def body_of(message, kind):
    part = message.get_body(preferencelist=(kind,))
    return None if part is None else part.get_content()


def mailboxes_of(message, name):
    field = message[name]
    return [] if field is None else [{"name": one.display_name, "address": one.addr_spec} for one in field.addresses]


def attachments_of(message):
    return [
        {
            "name": one.get_filename(),
            "type": one.get_content_type(),
            "content": base64.b64encode(one.get_payload(decode=True)).decode(),
        }
        for one in message.iter_attachments()
    ]


def verdicts_of(raw, dns):
    import dkim

    def txt(name, timeout=5):
        record = dns.get(name.decode().rstrip("."))
        return None if record is None else record.encode()

    def verdict(index):
        try:
            return dkim.DKIM(raw).verify(idx=index, dnsfunc=txt)
        except dkim.DKIMException:
            return False

    count = sum(1 for line in raw.split(b"\r\n\r\n")[0].split(b"\r\n") if line.lower().startswith(b"dkim-signature:"))
    return [verdict(index) for index in range(count)]


def read(mail):
    raw = base64.b64decode(mail["raw"])
    # Mail of RFC 6532 has UTF-8 in its fields, which this parser takes as text only.
    message = email.message_from_string(raw.decode("utf-8"), policy=email.policy.default)
    return {
        "defects": defects_of(message),
        "fields": [name for name in message.keys()],
        "subject": message["subject"],
        "from": mailboxes_of(message, "from"),
        "to": mailboxes_of(message, "to"),
        "text": body_of(message, "plain"),
        "html": body_of(message, "html"),
        "attachments": attachments_of(message),
        "dkim": verdicts_of(raw, mail["dns"]) if mail.get("dns") else [],
    }


json.dump([read(mail) for mail in json.load(sys.stdin)], sys.stdout)
