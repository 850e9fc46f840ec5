"""Reads letters as a mail program would and says what is wrong with them.

check_mails.py FOLDER           every .eml in this folder, as the mail of one server
check_mails.py --alone FOLDER   the same, but these letters have nothing to do with each other
check_mails.py --self-test      breaks a good letter in each way, and must notice
"""

import email
import email.policy
import re
import sys
from collections import defaultdict
from html.parser import HTMLParser
from pathlib import Path

import icalendar

HTML_LIMIT = 20 * 1024
ADDRESS = re.compile(r"https?://[^\s<>\"')]+")


class Letter:
    def __init__(self, name, raw):
        self.name, self.raw = name, raw
        self.mail = email.message_from_bytes(raw, policy=email.policy.default)
        parts = list(self.mail.walk())
        self.types = [part.get_content_type() for part in parts]
        self.by_type = dict(zip(reversed(self.types), reversed(parts)))
        self.calendar = self.event = None
        self.ics = b""
        if "text/calendar" in self.by_type:
            self.ics = self.by_type["text/calendar"].get_payload(decode=True)
            self.calendar = icalendar.Calendar.from_ical(self.ics)
            self.event = self.calendar.walk("VEVENT")[0]

    def text(self, kind):
        return self.by_type[kind].get_content() if kind in self.by_type else ""

    @property
    def method(self):
        return str(self.calendar["METHOD"]) if self.calendar else ""

    @property
    def to(self):
        return self.mail["To"].addresses[0].addr_spec.lower()


class Links(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found = set()
        self.feed(html)

    def handle_starttag(self, _tag, attributes):
        self.found.update(value for name, value in attributes if name == "href")


def problems(letter):
    """What is wrong with one letter by itself."""
    mail, found = letter.mail, []

    def must(holds, words):
        if not holds:
            found.append(f"{letter.name}: {words}")

    must(mail["Message-ID"], "has no Message-ID")
    must(mail["Date"], "has no Date")
    must(mail["Auto-Submitted"] == "auto-generated", "is not marked as auto-generated")
    must(letter.text("text/plain").strip(), "has no text part")
    html = letter.text("text/html")
    must(html.strip(), "has no HTML part")
    must(len(html.encode()) <= HTML_LIMIT, "has more than 20 KB of HTML")
    must(b"\n" not in letter.raw.replace(b"\r\n", b""), "has a line that doesn't end in CRLF")
    must(all(len(line) <= 998 for line in letter.raw.split(b"\r\n")), "has a line over 998 bytes")
    text_links = set(ADDRESS.findall(letter.text("text/plain")))
    must(bool(text_links) == bool(Links(html).found), "has links only in one of text and HTML")
    if letter.calendar:
        found += calendar_problems(letter)
    if letter.method in ("REQUEST", "CANCEL"):
        found += invitation_problems(letter, text_links, Links(html).found)
        must(not mail["List-Unsubscribe"], "is an invitation with List-Unsubscribe")
    if mail["List-Unsubscribe"]:
        must(mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click", "can't be unsubscribed with one click")
    return found


def calendar_problems(letter):
    """What holds for every calendar: a host's copy (PUBLISH) and an invitation."""
    event, found = letter.event, []

    def must(holds, words):
        if not holds:
            found.append(f"{letter.name}: {words}")

    must(letter.method in ("REQUEST", "CANCEL", "PUBLISH"), f"has the method {letter.method}")
    method = letter.by_type["text/calendar"].get_param("method")
    must(method == letter.method, "says another method in its header than in its calendar")
    must(b"\n" not in letter.ics.replace(b"\r\n", b""), "has a calendar line that doesn't end in CRLF")
    must(all(len(line) <= 75 for line in letter.ics.split(b"\r\n")), "has a calendar line over 75 octets")
    for name in ("UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE"):
        must(event.get(name) is not None, f"has no {name}")
    return found


def invitation_problems(letter, text_links, html_links):
    mail, event, found = letter.mail, letter.event, []

    def must(holds, words):
        if not holds:
            found.append(f"{letter.name}: {words}")

    wanted = ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics"]
    must(letter.types == wanted, f"is built as {letter.types}")
    must(letter.by_type["text/calendar"].get_filename() is None, "gives the calendar part a file name")
    attached = letter.by_type.get("application/ics")
    must(attached is not None and attached.get_payload(decode=True) == letter.ics, "attaches another calendar")
    if letter.method == "REQUEST":
        must(mail["Subject"] == str(event.get("SUMMARY")), "has another subject than its appointment")
        must(event.get("STATUS") == "CONFIRMED", "asks to a meeting that isn't confirmed")
    else:
        must(event.get("STATUS") == "CANCELLED", "cancels without saying so")
    attendees = event.get("ATTENDEE", [])
    attendees = attendees if isinstance(attendees, list) else [attendees]
    must([str(one).lower() for one in attendees] == [f"mailto:{letter.to}"], "invites somebody else than its recipient")
    must(str(event.get("ORGANIZER", "")).startswith("mailto:"), "has no organizer with mailto:")
    place = str(event.get("LOCATION", ""))
    if letter.method == "REQUEST" and ADDRESS.fullmatch(place):
        must(place in text_links and place in html_links, "doesn't say the link of its calendar in text and HTML")
        must(str(event.get("URL", place)) == place, "has two links in its calendar")
    return found


def thread_problems(letters):
    """What is wrong between letters: ids, and the life of each appointment as each recipient sees it."""
    found, ids, threads = [], {}, defaultdict(list)
    for letter in letters:
        first = ids.setdefault(letter.mail["Message-ID"], letter)
        if first is not letter:
            found.append(f"{letter.name}: has the Message-ID of {first.name}")
        if letter.event:
            threads[letter.to, str(letter.event.get("UID"))].append(letter)
    for thread in threads.values():
        thread.sort(key=lambda letter: (letter.event.get("SEQUENCE", 0), letter.method == "CANCEL"))
        for before, after in zip(thread, thread[1:]):
            if after.event.get("SEQUENCE") == before.event.get("SEQUENCE"):
                found.append(f"{after.name}: has the SEQUENCE of {before.name}")
            elif after.event["DTSTAMP"].dt < before.event["DTSTAMP"].dt:
                found.append(f"{after.name}: has a higher SEQUENCE than {before.name}, but is older")
            if after.event.get("ORGANIZER") != before.event.get("ORGANIZER"):
                found.append(f"{after.name}: has another organizer than {before.name}")
            known = f"{after.mail['References']} {after.mail['In-Reply-To']}"
            if thread[0].mail["Message-ID"] not in known:
                found.append(f"{after.name}: doesn't refer to {thread[0].name}")
    return found


def check(folder, alone):
    files = sorted(Path(folder).rglob("*.eml"))
    letters, bad, wrong = [], [], 0
    for path in files:
        try:
            letter = Letter(path.name, path.read_bytes())
            faults = problems(letter)
            letters.append(letter)
        except (ValueError, KeyError, IndexError) as error:
            faults = [f"{path.name}: can't be read ({error!r})"]
        wrong += bool(faults)
        bad += faults
    between = [] if alone else thread_problems(letters)
    return report(len(files) - wrong, bad + between, wrong + len(between))


def report(passed, words, failed):
    for line in words:
        print(line)
    print(f"{passed} passed, {failed} failed")
    return 0 if failed == 0 and passed > 0 else 1


CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//42min//check//EN
METHOD:REQUEST
BEGIN:VEVENT
UID:1@42min
SEQUENCE:0
DTSTAMP:20260504T080000Z
DTSTART:20260612T070000Z
DTEND:20260612T074200Z
STATUS:CONFIRMED
SUMMARY:Intro call: Grace Hopper and Ada Lovelace
ORGANIZER;CN=Ada:mailto:ada@engines.example
ATTENDEE;RSVP=TRUE:mailto:grace@navy.example
LOCATION:https://zoom.us/j/1
URL:https://zoom.us/j/1
END:VEVENT
END:VCALENDAR
"""

GOOD = f"""From: Ada <bookings@42min.example>
To: Grace Hopper <grace@navy.example>
Subject: Intro call: Grace Hopper and Ada Lovelace
Message-ID: <1@42min>
Date: Mon, 4 May 2026 08:00:00 +0000
Auto-Submitted: auto-generated
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=M

--M
Content-Type: multipart/alternative; boundary=A

--A
Content-Type: text/plain; charset=utf-8

You are booked. https://zoom.us/j/1
--A
Content-Type: text/html; charset=utf-8

<p><a href="https://zoom.us/j/1">Join</a></p>
--A
Content-Type: text/calendar; charset=utf-8; method=REQUEST

{CALENDAR}--A--
--M
Content-Type: application/ics; name="invite.ics"
Content-Disposition: attachment; filename="invite.ics"

{CALENDAR}--M--
"""

# A fault, how it is planted, and what must be said about it.
FAULTS = [
    ("Message-ID: <1@42min>\n", "", "no Message-ID"),
    ("Date: Mon, 4 May 2026 08:00:00 +0000\n", "", "no Date"),
    ("Auto-Submitted: auto-generated\n", "", "auto-generated"),
    ("You are booked. https://zoom.us/j/1", " ", "no text part"),
    ("You are booked. https://zoom.us/j/1", "You are booked. https://zoom.us/j/2", "doesn't say the link"),
    ("You are booked. https://zoom.us/j/1", "You are booked.", "only in one"),
    ('<a href="https://zoom.us/j/1">', '<a href="https://zoom.us/j/2">', "doesn't say the link"),
    ("<p>", "<p>" + "x" * 900 + ("\n" + "x" * 900) * 25, "20 KB"),
    ("<p>", "<p>" + "x" * 1000, "over 998"),
    ("Auto-Submitted", "List-Unsubscribe: <https://x.example/>\nAuto-Submitted", "with List-Unsubscribe"),
    ("method=REQUEST", "method=PUBLISH", "another method"),
    ("method=REQUEST", 'method=REQUEST; name="x.ics"', "file name"),
    ("METHOD:REQUEST", "METHOD:COUNTER", "the method COUNTER"),
    ("multipart/mixed", "multipart/related", "is built as"),
    ("application/ics", "text/plain", "is built as"),
    ("Subject: Intro call", "Subject: Moved: Intro call", "another subject"),
    ("STATUS:CONFIRMED", "STATUS:TENTATIVE", "isn't confirmed"),
    ("METHOD:REQUEST", "METHOD:CANCEL", "cancels without"),
    ("LOCATION:", "COMMENT:" + "y" * 80 + "\nLOCATION:", "over 75 octets"),
    ("mailto:grace@", "mailto:joan@", "somebody else"),
    ("ORGANIZER;CN=Ada:mailto:", "ORGANIZER;CN=Ada:", "no organizer"),
    ("SEQUENCE:0\n", "", "no SEQUENCE"),
    ("UID:1@42min\n", "", "no UID"),
    ("DTSTAMP:20260504T080000Z\n", "", "no DTSTAMP"),
    ("URL:https://zoom.us/j/1", "URL:https://zoom.us/j/3", "two links"),
]

# Faults that only a second letter shows: what it changes of a good successor.
NEXT = [("SEQUENCE:0", "SEQUENCE:1"), ("DTSTAMP:20260504T08", "DTSTAMP:20260504T09"),
        ("Message-ID: <1@42min>", "Message-ID: <2@42min>\nReferences: <1@42min>")]
SECOND_FAULTS = [
    ("Message-ID: <2@42min>", "Message-ID: <1@42min>", "has the Message-ID"),
    ("SEQUENCE:1", "SEQUENCE:0", "has the SEQUENCE"),
    ("DTSTAMP:20260504T09", "DTSTAMP:20260504T07", "but is older"),
    ("mailto:ada@", "mailto:bea@", "another organizer"),
    ("References: <1@42min>", "References: <9@42min>", "doesn't refer"),
]


def planted(text):
    return Letter("planted", text.replace("\n", "\r\n").encode())


def self_test():
    missed = []

    def expect(words, found):
        if not any(words in line for line in found) if words else found:
            missed.append(f"expected “{words}”, found {found}")

    expect("", problems(planted(GOOD)))
    for good, bad, words in FAULTS:
        assert good in GOOD, good
        expect(words, problems(planted(GOOD.replace(good, bad))))
    expect("CRLF", problems(Letter("planted", GOOD.encode())))
    host = GOOD.split("--A\nContent-Type: text/calendar")[0].replace("Auto-", "List-Unsubscribe: <https://x.example/>\nAuto-")
    expect("one click", problems(planted(f"{host}--A--\n--M--\n")))
    second = GOOD
    for good, bad in NEXT:
        second = second.replace(good, bad)
    expect("", thread_problems([planted(GOOD), planted(second)]))
    for good, bad, words in SECOND_FAULTS:
        assert good in second, good
        expect(words, thread_problems([planted(GOOD), planted(second.replace(good, bad))]))
    return report(len(FAULTS) + len(SECOND_FAULTS) + 4 - len(missed), missed, len(missed))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(self_test() if sys.argv[1] == "--self-test" else check(sys.argv[-1], "--alone" in sys.argv))
