## What hosts read of their meetings.

# The name of a booking: "Intro call with Kurt Gödel".
meeting-title = { $title } with { $invitee }
# $when is like "Friday 12 June 2026, 09:00 to 09:42", $offset like "UTC+2".
meeting-when = { $when } ({ $offset })
# Of a group.
meeting-invitees = { $invitees ->
    [one] 1 invitee
   *[other] { $invitees } invitees
}
meeting-host = Host
meeting-join = Join
# Beside “Start meeting”: it leads in as an invitee goes in, and waits for the host.
meeting-join-as-guest = Join as a guest
meeting-back = Back to the booking

meeting-badge-canceled = Canceled
meeting-badge-moved = Moved
meeting-badge-over = Over
meeting-badge-started = Under way
meeting-badge-confirmed = Confirmed

## The list.

meetings-upcoming = Upcoming
meetings-past = Past
meetings-canceled = Canceled
meetings-find = Search
# In the field, while it is empty.
meetings-find-hint = Invitee or event type
meetings-event-type = Event type
meetings-all-event-types = All event types
meetings-you = { $name } (you)
meetings-everybody = Everybody
meetings-see-everybodys = See everybody’s meetings
meetings-none-match = No meetings match.
meetings-no-more = No more meetings.
meetings-none-upcoming = No meetings coming up.
meetings-none-past = Nothing here yet. Meetings move here when they are over.
meetings-none-canceled = No canceled meetings.
# $page is a link to the host’s own page.
meetings-share = Share your page: { $page }
meetings-see-upcoming = See upcoming meetings
# $day is like "Friday 12 June".
meetings-today = Today, { $day }
meetings-tomorrow = Tomorrow, { $day }
# Behind the invitee, the minutes and the place.
meetings-hosted-by = Host: { $host }
# The invitee’s clock: "16:00 for them, Tokyo time (UTC+9)".
meetings-their-clock = { $clock } for them, { $zone }
meetings-link-ready = { $place } link ready
meetings-link-pending = { $place } link pending
meetings-no-link = No { $place } link
meetings-first = Back to the first
meetings-later = Later meetings
meetings-older = Older meetings

## One booking.

meeting-no-link = This booking has no { $place } link.
meeting-no-link-yet = This booking has no { $place } link yet.
meeting-create-link = Create the link now
meeting-paste = Paste another link
meeting-stale = { $place } still shows the old time.
meeting-stale-unconnected = The link works, but { $account } isn’t connected, so the meeting can’t be moved there.
meeting-stale-account-gone = The link works, but the account that hosts the meeting isn’t connected, so the meeting can’t be moved there.
# Two links, in this order.
meeting-stale-ways = { $reconnect }, or { $paste }.
# $paste is a link.
meeting-stale-refused = The link works, but { $place } did not take the change. If people can’t join with it at the new time, { $paste }.
# The links in the sentences above.
meeting-stale-to-reconnect = Reconnect
meeting-stale-to-paste = paste another link
# $canceled is one of the two below it.
meeting-canceled = { $canceled }.
meeting-canceled-on = { $canceled } on { $at }.
meeting-canceled-by = Canceled by { $name }
meeting-canceled-by-host = Canceled by the host
meeting-canceled-by-invitee = Canceled by the invitee
# $moved stands out: it is the next one.
meeting-moved-to = { $moved } to { $to }.
meeting-moved = Moved
meeting-moved-open = Open the booking at its new time
meeting-moved-away = Somebody else hosts it now.
# The invitee’s clock, where it shows something else.
meeting-their-time = { $when }, { $zone }
meeting-hosted-on = { $place }, hosted on { $account }
meeting-hosted-on-shared = { $place }, hosted on { $account } (a shared account)
# $reload is a link.
meeting-link-pending = The link is being prepared. It is here when you { $reload }.
meeting-reload = reload
meeting-overlaps = { $account } hosts another meeting at the same time, and one { $place } user can run only one meeting at a time.
meeting-cut-short = A Basic account: Zoom ends its meetings after 40 minutes.
meeting-invitee = Invitee
meeting-places = Places
meeting-places-taken = { $taken } of { $seats } taken
meeting-email = Email { $name }
meeting-cancel = Cancel
meeting-history = History
meeting-log = Log
# Follows the one above; only screen readers say it.
meeting-log-of = of Zoom

## What happened to it.

history-booked = Booked by { $name }
# $from and $to are times.
history-moved-by = Moved by { $name }: { $from } → { $to }
history-moved-by-host = Moved by the host: { $from } → { $to }
history-moved = Moved to { $to }
# $letter is one of those below, or the subject of a mail.
history-mailed = { $letter } emailed to { $email }
history-letter-booked = New booking
history-letter-confirmation = Confirmation
history-letter-link = Link
history-letter-time = New time
history-letter-new-link = New link
history-letter-place = New place
history-letter-cancellation = Cancellation
history-letter-last-call = Reminder of the missing link
history-sent = Sent
history-not-delivered = Not delivered
history-waiting = Waiting

## Canceling and moving it.

# $all is like "3 invitees".
meeting-cancel-all = Cancel this meeting for { $all }?
meeting-cancel-confirm = Cancel meeting
meeting-keep = Keep meeting
meeting-message = Message to { $name }
meeting-message-all = Message to everyone in it
meeting-move = Move
# $title is like "Intro call with Grace Hopper".
meeting-move-title = Move { $title }
meeting-move-all = Move this meeting for { $all }?
meeting-move-confirm = Move meeting
meeting-move-words = Everyone invited is emailed the new time.
meeting-their-number = { $name }’s phone number
meeting-canceled-mailed = Canceled. { $name } is emailed.
meeting-canceled-mailed-all = Canceled. Everyone in it is emailed.
meeting-moved-mailed = Moved. { $name } is emailed the new time.
meeting-moved-mailed-all = Moved. Everyone in it is emailed the new time.

# Why nothing was done.
meeting-refused-moved = This booking was moved already. It stands at its new time.
meeting-refused-host-gone = The host was deactivated, so the meeting can’t be moved.
meeting-refused-off = The event type is gone, so the meeting can’t be moved.
meeting-refused-no-changes = This event type takes no changes of time.
meeting-refused-taken = That time isn’t free any more.

## Starting it.

meeting-start = Start meeting
meeting-start-shared = The meeting is hosted on { $account }, a shared account. You start it as its host, without signing in there.
meeting-start-own = You start the meeting as its host.
meeting-start-once = Don’t share the page that opens: whoever has its address can be the host.
meeting-start-nothing = There is nothing to start: this booking has no link now.

## Another link.

meeting-link = Link to the meeting
meeting-room-goes = The { $place } meeting is removed.
meeting-link-words = { $name } and everyone else invited are emailed the new link.
meeting-use-link = Use this link
meeting-link-there = The link is there already.
meeting-link-asked = The link is being created. Everyone invited is emailed when it is ready.
meeting-link-changed = The link was changed. Everyone invited is emailed.

## Mails to hosts about a meeting.

# $news is one of the next eight, $when like "Fri 12 June 09:00".
notice-subject = { $news }: { $invitee }, { $event }, { $when }
# About all the invitees of a group.
notice-subject-of-all = { $news }: { $event }, { $when }
notice-subject-booked = New booking
notice-subject-link-ready = { $place } link ready
notice-subject-moved = Moved
notice-subject-link-changed = { $place } link changed
notice-subject-place-changed = Place changed
notice-subject-handed-over = Handed over
notice-subject-moved-away = Moved away
notice-subject-canceled = Canceled

notice-booked = New booking.
notice-handed-over = You no longer host this.
notice-handed-over-words = { $invitee } moved it to another time, and it is no longer yours to host.
notice-moved-away = { $invitee } moved to another meeting.
notice-goes-on = The meeting goes on with the others.

# $why is a sentence of its own.
notice-link-late = There is no { $place } link yet: { $why } We go on trying, and email the link to you and { $invitee } when it is there.
notice-link-prepared = The { $place } link is being prepared. You and { $invitee } get it by email as soon as it’s ready.
notice-no-link-why = There is no { $place } link: { $why } Open the booking to paste another one; { $invitee } was told that you will say how to join.
notice-no-link = There is no { $place } link.

notice-invitee = Invitee
notice-invitees = Invitees
notice-their-time = Their time
notice-their-place = Their place
notice-guests = Guests

notice-open = Open booking
# In the calendar’s event.
invite-open = Open booking: { $url }
# As in "42 min with everyone who has booked it."
notice-everyone = everyone who has booked it
notice-start = To start the meeting as its host, open the booking and choose Start meeting.
notice-link = The link your invitee has: { $url }
notice-shared = Hosted on { $account }, a shared account.
notice-overlaps = { $account } hosts another meeting at the same time, and one { $provider } user can run only one meeting at a time.
notice-stale = { $provider } itself still shows the meeting as it was, and can’t be changed right now. The link works all the same.
notice-because = You get this email because this meeting is booked with you.
notice-unwanted = Don’t want these emails?
notice-turn-off = Turn them off

## The reminder of a link that still isn’t there. $who is the invitee, of a group the event type.

last-call-subject = { $who } has no { $place } link yet: { $when }
last-call-heading = { $who } has no { $place } link yet.
last-call-near = Your meeting with { $who } is near, and nobody has a way to join it.
last-call-near-group = Your meeting “{ $who }” is near, and nobody has a way to join it.
last-call-now = Create the link now, or send another one.
last-call-there = There you can create the link now, or paste another one.
