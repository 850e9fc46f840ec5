## Mails to invitees and to the guests they bring along, and what calendars show.

# The name of a meeting in calendars, and the subject of mails about it.
summary = { $title }: { $invitee } and { $host }
summary-group = { $title } with { $host }
# The subject when it is off.
letter-subject-canceled = Canceled: { $summary }
# Who a mail is from.
letter-from = { $host } (via 42min)

# Under a calendar’s event that was added by hand.
invite-change = Change or cancel: { $url }
# Under an event that came by mail.
invite-length = { $minutes } min with { $host }.
invite-reschedule = Reschedule or cancel: { $url }
invite-meeting-id = Meeting ID: { $id }
invite-passcode = Passcode: { $code }

## What mail programs show beside the subject. $when is like "Fri 12 June 2026, 09:00, Madrid time (UTC+2)".

letter-link-follows = { $place } link follows
letter-moved-to = Moved to { $when }
letter-off = { $when } is off

## The heading.

letter-booked = You’re booked.
letter-invited = You’re invited.
letter-link-ready = Your { $place } link is ready.
letter-moved = Moved.
letter-link-changed = The { $place } link has changed.
letter-place-changed = The place has changed.
letter-left-out = You’re no longer invited.
letter-given-back = You gave your place back.
letter-canceled-by-you = You canceled this meeting.
letter-canceled-by = Canceled by { $name }.
letter-canceled = Canceled.

## The first lines.

letter-same-time = The time hasn’t changed.
letter-use-new-link = Please use the new link from now on; the old one may not work.
letter-goes-on = The meeting goes on without you.
letter-reason = Reason: { $reason }
letter-place-changed-too = The place has changed too.
letter-link-stays = The { $place } link stays the same.
letter-link-now-ready = The { $place } link is ready.
letter-link-prepared = Your { $place } link is being prepared. We’ll email it as soon as it’s ready.
letter-no-link = { $host } will send you how to join.

## The facts.

letter-what = What
letter-when = When
letter-where = Where
letter-with = With
letter-with-both = { $host } and { $invitee }
letter-meeting-id = Meeting ID
letter-passcode = Passcode
# What it was before, struck through.
letter-was = was { $was }

## The ways on, and why they get this mail.

letter-again = Book another time
letter-see = See your booking
letter-change = Need to change it?
letter-reschedule = Reschedule
letter-cancel = Cancel
letter-because-booked = You get this email because you booked this meeting.
letter-because-named = You get this email because { $invitee } named you as a guest.
letter-sent-by = Sent by 42min for { $org }.
