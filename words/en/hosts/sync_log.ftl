## What admins read around the log of what was done at Zoom. The entries’ own words are kept as they
## were written at the time.

## What was done.

action-create-meeting = Create meeting
action-move-meeting = Move meeting
action-delete-meeting = Delete meeting
action-read-meeting = Read meeting
action-look-for-meeting = Look for meeting
action-set-passcode = Set passcode
action-create-webinar = Create webinar
action-move-webinar = Move webinar
action-delete-webinar = Delete webinar
action-refresh-access = Refresh access
action-connect = Connect
action-disconnect = Disconnect
action-access-removed = Access removed in Zoom
action-connection-broken = Connection broken
action-start-meeting = Start meeting
action-role-changed = Role changed
action-rollout-changed = Rollout changed
action-notice = Notice from Zoom
action-probe = Check access
action-sweep = Compare meetings

# In the history of a booking, once it went well.
done-create-meeting = Zoom meeting created
done-move-meeting = Zoom meeting moved
done-delete-meeting = Zoom meeting removed
done-create-webinar = Zoom webinar created
done-move-webinar = Zoom webinar moved
done-delete-webinar = Zoom webinar removed
done-start-meeting = Zoom meeting started by the host
# The same where it didn’t, or where there is more to say.
log-of-meeting = Zoom: { $action }. { $words }

## How it went.

verdict-sent = Sent, answer unknown
verdict-succeeded = Succeeded
verdict-retrying = Retrying
verdict-failed = Failed
verdict-skipped = Skipped
verdict-received = Received

## The list.

log-title = Sync log
log-about = Every Zoom action 42min has taken. Kept for { $days ->
    [one] 1 day
   *[other] { $days } days
}. Times in { $zone }.
log-export = Export CSV
log-export-hint = Export CSV takes the entries of the filter, at most the newest { $most }.
log-why-about = Booking ID or invitee’s email
log-why-find = Find out
log-find = Booking, email or Zoom meeting ID
log-any-result = Any result
log-any-action = Any action
log-any-account = Any account
log-no-account = No account
log-from = From
log-to = To
log-none-match = No entries match.
log-none-older = No older entries.
log-nothing-yet = Nothing yet. The first booking with a Zoom location appears here.
# What screen readers say of the table.
log-caption = Zoom actions, the newest first
log-time = Time
log-action = Action
log-result = Result
log-booking = Booking
log-account = Account
log-detail = Detail
# Under “Retrying”.
log-next-try = Next try { $at }
# In the place of a booking.
log-no-booking = None
log-newest = Back to the newest
log-older = Older entries
# A booking’s event type and who booked it: "Intro call · Grace Hopper".
log-whose = { $title } · { $invitee }

# What was typed into the filter and can’t be used.
log-not-a-result = “{ $typed }” is no result, so it was left out.
log-not-an-action = “{ $typed }” is no action, so it was left out.
log-not-an-account = “{ $typed }” is no account, so it was left out.
log-not-a-day = “{ $typed }” is no day, so it was left out.
log-days-turned = The first day comes after the last, so both were left out.

## One entry.

entry-breadcrumb = Entry
# $fix is a link that says what to do.
entry-fix = { $fix }.
entry-fix-then-retry = { $fix }, then try again here.
entry-fix-reconnect = Reconnect the account
entry-fix-connect = Connect an account
entry-fix-set-up = Look at the server set-up
entry-fix-event-type = Open the event type
entry-time-in-zone = { $time } ({ $offset })
entry-booking = { $booking }, { $starts }
# What became of the booking after the entry.
entry-booking-moved = { $booking }, moved since, now { $starts }
entry-booking-canceled = { $booking }, { $starts }, canceled since
entry-request = Request
entry-answer = Answer
# "HTTP 401 in 188 ms"
entry-answered = HTTP { $status } in { $millis } ms
entry-not-answered = None in { $millis } ms
# Behind one of these; $id is Zoom’s own name for the request.
entry-zoom-request = , Zoom request { $id }
entry-attempts = Attempts
# "2 of 3"
entry-attempt = { $number } of { $all }
entry-id = Entry ID
entry-copy-id = Copy entry ID
entry-copied = Entry ID copied
entry-retry = Try again now
entry-retrying = Trying again.
entry-see-new = See the new entry
entry-nothing-to-try = There is nothing to try: nothing is wanted in Zoom that isn’t there, or nobody can be asked.
entry-all = All entries of this booking
entry-request-body = Request body
entry-response-body = Response body
entry-this = this entry
# The code is Zoom’s own number for what went wrong.
entry-code = code { $code }

entry-account-personal = { $email } (personal)
entry-account-shared = { $email } (shared)
entry-account-broken = { $email } (Connection broken)
entry-account-gone = { $email } (not connected any more)

## What happened, and what 42min did about it.

happened-sent = This was sent to Zoom, and its answer is not known.
did-look-for-it = It may have been made: 42min looks for it in Zoom before it makes one again.
did-nothing-yet = No Zoom meeting was made. The booking stands, and gets its link by itself once it can.
happened-off = Zoom is off for this organization.
happened-none-connected = No connected account: nobody’s Zoom could host this meeting.
happened-broken = { $email } shows Connection broken, and no other account could do it.
happened-other-place = The event type’s location isn’t Zoom.
did-other-place = No Zoom meeting is made, and one that was there is removed. Bookings keep the place they were made with until they are moved.
happened-another-link = The host put another link in the place of Zoom’s.
did-another-link = The meeting takes place there, so no Zoom meeting is made for it.
happened-disconnected = The Zoom account that holds this meeting was disconnected after the booking was made.
did-nothing-in-zoom = Nothing was changed in Zoom.
happened-canceled-first = The booking was canceled before its Zoom meeting was made.
did-canceled-first = Nothing was made, so there is nothing to remove.
happened-moved-first = The booking was moved to another meeting before this one’s Zoom meeting was made.
did-moved-first = Nothing was made here. The meeting it went to has a Zoom meeting of its own.
happened-started = The start had passed.
did-started = 42min makes and moves no meeting for the past.
happened-deleted-near-start = The meeting was deleted in Zoom shortly before its start.
did-deleted-near-start = So near the start none is made unasked. The host was emailed, and can create a new link in the booking’s details.
# $why is a sentence of its own.
happened-refused = Zoom refused: { $why }
did-refused = It isn’t asked again until the booking, the account or its connection changes.
happened-limit = Zoom’s limit is reached.
happened-token-refused = Zoom refused the access token.
did-new-token = 42min asked Zoom for a new one, to try again with.
did-nothing = Nothing was changed.
did-create-anew = A new meeting was created and everyone got the new link.
did-maybe-create = A new meeting is made if the booking still stands.
happened-no-longer-exists = The meeting no longer exists in Zoom.
happened-no-proper-answer = Zoom didn’t answer properly.
# $why is a sentence of its own.
happened-not-accepted = Zoom didn’t accept the request: { $why }
did-report = This is a fault in 42min; please report it with this entry’s ID.
happened-our-credentials = Zoom rejected this server’s app credentials.
did-our-credentials = No account was marked broken for it. Check the Zoom client ID and secret in the server settings.
did-break = The account was marked Connection broken, and whoever can reconnect it was emailed.
did-waits = 42min tries again at { $at }. This was try { $number }.
did-tried = 42min tried again at { $at }. This was try { $number }.
did-not-wait = Nothing waits to be tried again.

## Why is there no link?

why-title = Why is there no link?
why-about = Three things must all be true for a booking to get a Zoom link.
# What screen readers say of the search.
why-bookings = Bookings
# "Intro call · Grace Hopper, Friday 12 June 2026, 09:00"
why-booking = { $title } · { $invitee }, { $starts }
why-other = { $invitee }, { $starts }
why-yes = { $question }: yes.
why-no = { $question }: no.
# Neither yes nor no: it holds now, and didn’t at the time.
why-since = { $question }: not when it was booked.
# $entry is a link: "Create meeting, skipped: …"
why-last = The last entry says: { $entry }
why-last-entry = { $action }, { $verdict }: { $words }
why-no-entry = The log has no entry for this booking.
why-none-found = No booking here has this ID or email.
# $meetings is a link.
why-check-spelling = Check the spelling, or look in { $meetings }.
why-others = Other bookings of this invitee

why-canceled = This booking was canceled, so it has no link.
why-moved = This booking was moved.
why-ready = There is a link now, hosted on { $account }.
why-ready-account-gone = There is a link now, hosted on an account that isn’t connected any more.
why-pending = The link is being prepared.
why-not-zoom = This booking doesn’t take place on Zoom, so it has no Zoom link.
why-late = There is no link yet. { $why }.
why-none = There is no link. { $why }.

why-has-app = This server has a Zoom app
why-has-app-no = Without one nobody can connect, and no meeting is made.
why-was-on = Zoom was on for the organization
why-on-since = On since { $since }.
why-off-now = It is off now.
# Follows what holds now.
why-found-off = When 42min tried on { $at }, it was off.
why-was-zoom = Location was Zoom
why-made-with-zoom = The booking was made with Zoom as its place.
why-changed-since = The booking was made with Zoom as its place. The event type has changed to { $place } since; a booking follows when it is moved.
why-set-to-zoom-now = The booking takes place at: { $place }. The event type is set to Zoom now; a booking follows when it is moved.
why-place = The booking takes place at: { $place }.
why-account = A connected account was available
why-connected = { $role ->
    [shared] { $email } (shared), connected since { $since }.
   *[personal] { $email } (personal), connected since { $since }.
}
why-broke = { $email } broke on { $at }.
why-broken = { $email } shows Connection broken.
why-none-connected = Neither the host nor the organization has an account connected.
why-cannot-host = { $email } is connected, but Zoom says that it can’t host meetings.
# Follows what holds now.
why-found-none = When 42min tried on { $at }, there was none.
