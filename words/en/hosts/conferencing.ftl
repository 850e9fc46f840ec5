## What hosts and admins read of Zoom: connecting, the Zoom page, what is broken. What a sign-in or a
## check came to is kept in the sync log as it was said, so it doesn’t stand here.

## What several pages say.

zoom-connect = Connect Zoom
zoom-connect-mine = Connect my Zoom
zoom-connect-shared = Add shared org account
# For who has a personal account here already.
zoom-connect-another = Use another Zoom account
zoom-reconnect = Reconnect
zoom-try-again = Try again
zoom-turn-on = Turn Zoom on
zoom-set-up = Set up Zoom
zoom-set-up-server = Server set-up
zoom-no-app = This server has no Zoom app yet.
zoom-five-minutes = Setting one up takes about five minutes.
zoom-not-set-up = Zoom isn’t set up on this server. Ask your admin to set it up.
zoom-set-up-wrongly = Zoom isn’t set up correctly on this server. Tell your admin.
zoom-off = Zoom is off for your organization.
zoom-off-ask = Zoom is off for your organization. Ask your admin to turn it on.
zoom-connected = Connected
zoom-not-connected = Not connected
zoom-broken = Connection broken
zoom-links-stay = Meetings already booked keep their join links.
zoom-approve-question = Zoom says an admin must approve it?
# Under each button that leads to Zoom.
zoom-permission = You’ll sign in at zoom.us and approve: create, change and delete your meetings; read your profile. 42min never sees your Zoom password.
zoom-not-now = Not now
zoom-how = How this works
# Follows the one above; only screen readers say it.
zoom-how-with = with Zoom
# In the place of the name of who isn’t here any more.
zoom-somebody = somebody
# "Intro call, Demo, Talk and 4 more"
zoom-and-more = { $titles } and { $more } more
zoom-remove-in-zoom = To be sure, remove 42min in Zoom: Manage, then Added Apps.

## What new bookings do while a connection is broken, on all pages. Behind “Zoom connection broken:”.

banner-hosted-on = new bookings are hosted on { $account } until you reconnect.
banner-no-link = new bookings get no link.
# The same where several are; $all names them.
banner-several-hosted-on = { $all }. New bookings are hosted on { $account } until you reconnect.
banner-several-no-link = { $all }. New bookings get no link.
banner-several-shared-hosted-on = { $all }. New bookings of people without their own Zoom are hosted on { $account }.
banner-several-shared-no-link = { $all }. New bookings of people without their own Zoom get no link.
banner-shared-hosted-on = { $email } hosts nothing. New bookings of people without their own Zoom are hosted on { $account }.
banner-shared-no-link = { $email } hosts nothing. New bookings of people without their own Zoom get no link.

## Why a connection is broken; the mail about it says the same.

broken-removed-in-zoom = 42min was removed in Zoom on { $when }.
broken-refresh-refused = Zoom no longer accepts this authorization. This happens after a password change, long disuse, or a change by your Zoom admin.
broken-scope-missing = A permission is missing. Reconnect and leave every permission on.
# $scopes is like "create meetings, read meetings".
broken-scopes-missing = A permission is missing: { $scopes }.
broken-user-gone = This Zoom user is deactivated in Zoom.
broken-connected-elsewhere = This Zoom account was connected elsewhere, which ended the access given here.
broken-copied = This server is a copy, and left the access to the original. Reconnecting with the same Zoom app ends the original’s access.

## Integrations.

integrations-words = Connect the tools 42min works with.
integrations-video = Video Conferencing
integrations-not-yet = Not available yet
integrations-no-google = Needs a Google Calendar connection, which 42min can’t make yet.
integrations-no-microsoft = Needs a Microsoft calendar connection, which 42min can’t make yet.
card-settings = Settings
card-not-set-up = Not set up
card-no-app = This server has no Zoom app yet. Setting one up takes about five minutes.
card-off = Off
card-connected-as = Connected as { $email }.
card-uses = Your meetings use { $email }. Connect your own to host them yourself.
card-words = A new Zoom meeting for every booking. No copying links.
card-broken = { $broken ->
    [one] { $accounts } accounts, 1 needs you to reconnect.
   *[other] { $accounts } accounts, { $broken } need you to reconnect.
}
card-hosted-on = New bookings are hosted on { $email } until you reconnect.
card-no-link = New bookings get no Zoom link until you reconnect. { $waiting } waiting.
card-shared-broken = New bookings get no Zoom link until { $email } is reconnected by an admin, or you connect your own.

## The Zoom page.

zoom-words = A fresh Zoom meeting for every booking.
zoom-view-log = View sync log
zoom-success = Zoom connected successfully!
zoom-ask-set-up = Ask your admin to set it up.
zoom-off-accounts = Zoom is off for your organization, so no new meetings are made on these accounts.
# $rollout is a link.
zoom-turn-on-under = Turn it on under { $rollout }.
zoom-ask-turn-on = Ask your admin to turn it on.
zoom-held = Zoom waits until the hold ends. Until then nothing can be connected or disconnected.
zoom-silent = Zoom isn’t answering. Bookings go on; links follow as soon as Zoom is back.
zoom-accounts = Accounts
zoom-no-account = No Zoom account yet.
zoom-connect-yours = Connect yours.
zoom-connect-yours-or-shared = Connect yours, or add one the whole team can use.
zoom-personal = Personal
zoom-shared = Shared org account
zoom-shared-default = Shared org account, default
zoom-basic = This is a Basic account: Zoom ends its meetings after 40 minutes.
zoom-getting = { $of ->
    [one] 1 booking is getting its link now. { $done } of 1 done.
   *[other] { $of } bookings are getting their link now. { $done } of { $of } done.
}
zoom-got = { $of ->
    [one] 1 of 1 done. The booking that waited has its link.
   *[other] { $of } of { $of } done. The bookings that waited have their links.
}

# What an account is, sentence by sentence.
zoom-added-by-you = Added by you on { $date }.
zoom-added-by = Added by { $name } on { $date }.
zoom-not-used = Not used yet.
# $ago is like "3 hours ago" or "on 12 June 2026".
zoom-last-used = Last used { $ago }.
zoom-created = { $meetings ->
    [one] 1 meeting created.
   *[other] { $meetings } meetings created.
}
zoom-used-up = Zoom allows { $most } meeting changes per user and day; { $used } used. Waiting bookings are created at 00:00 UTC.
zoom-used-today = { $used ->
    [one] 1 of the { $most } meeting changes that Zoom allows a day is used today.
   *[other] { $used } of the { $most } meeting changes that Zoom allows a day are used today.
}

# What follows from a broken one, sentence by sentence.
zoom-none-created = No new Zoom meetings are created on this account.
zoom-kept = { $kept ->
    [0] No upcoming booking has a link on it.
    [one] 1 upcoming booking keeps its link.
   *[other] { $kept } upcoming bookings keep their links.
}
zoom-kept-and-waiting = { $kept ->
    [0] No upcoming booking has a link on it
    [one] 1 upcoming booking keeps its link
   *[other] { $kept } upcoming bookings keep their links
}; { $waiting ->
    [one] 1 is waiting for a link.
   *[other] { $waiting } are waiting for a link.
}
zoom-hosted-until-you = New bookings are hosted on { $account } until you reconnect.
zoom-hosted-until = New bookings are hosted on { $account } until it’s reconnected.

# $words is what a room of this account doesn’t show, like "Waiting room off".
zoom-worry-setting = { $meetings ->
    [one] { $words }, for 1 upcoming meeting: a setting of this Zoom account goes before what 42min asks for.
   *[other] { $words }, for { $meetings } upcoming meetings: a setting of this Zoom account goes before what 42min asks for.
}
zoom-worry-webinar-permission = The permissions for webinars were left off when it was connected. Group bookings set to a webinar become meetings on it.
zoom-worry-webinar-license = Zoom says that it has no webinar license. Group bookings set to a webinar become meetings on it.

zoom-set-up-words = The Zoom app of this server: how to make it, the addresses to copy, and a check of its credentials.
zoom-open = Open
zoom-strays = In Zoom, but with no booking here
zoom-strays-words = These carry the mark of 42min, as copies of a meeting do, or meetings made after a backup that was restored. 42min never touches them. Delete them in Zoom if nobody needs them.
zoom-strays-more = And { $more } more.
zoom-stray = { $kind ->
    [webinar] { $starts }, webinar ID { $id } on { $account }
   *[meeting] { $starts }, meeting ID { $id } on { $account }
}
zoom-stray-no-time = without a time
zoom-stray-no-account = an account removed here
zoom-made = How meetings are made
zoom-made-words = Waiting room on, passcode on, join before host off. These aren’t editable per event type.

## What a new account is used for.

use-title = Use Zoom for
use-still-off = Zoom is still off for your organization
# Where an event type takes place now.
use-now = now: { $place }
use-turns-on = Zoom is off for your organization. The button turns it on for everyone.
use-turn-on-and-set = Turn Zoom on and set location to Zoom
use-set = Set location to Zoom
use-on = Zoom is on for your organization.
use-nothing = Nothing was chosen, so nothing changed.
use-saved = Saved. New bookings on { $titles } include a Zoom link; existing bookings are unaffected.
use-saved-no-link = Saved. New bookings on { $titles } have no Zoom link yet: { $why }.
# Behind what came of the sign-in.
use-save = Save to use it here.
use-getting = { $waiting ->
    [one] 1 booking is getting its link now.
   *[other] { $waiting } bookings are getting their link now.
}

## Before somebody leaves for Zoom.

connect-mine = Connect your Zoom
connect-again = Reconnect { $email }
connect-approve = Some companies let people add an app to Zoom only after a Zoom admin has approved it. Send yours this:
connect-approve-words = Please approve the Zoom app of our scheduling server { $url } in the Zoom App Marketplace, so that I can connect my Zoom account. It creates, changes and deletes the meetings of my bookings and reads my profile.
connect-signed-out = You were signed out. Sign in to go on, then connect Zoom again.

## Disconnecting.

disconnect-title = Disconnect { $email }?
disconnect-keep = Keep connected
disconnect-button = Disconnect
disconnect-deletes = 42min asks Zoom to revoke its access and deletes the stored connection.
disconnect-deletes-broken = 42min deletes the broken connection. Its tokens are deleted already.
disconnect-not-used = No event type uses this account now.
disconnect-next = { $types ->
    [one] 1 event type uses this account: { $titles }. Its new bookings will use { $account }.
   *[other] { $types } event types use this account: { $titles }. Their new bookings will use { $account }.
}
disconnect-no-link = { $types ->
    [one] 1 event type uses this account: { $titles }. Its new bookings will have no Zoom link.
   *[other] { $types } event types use this account: { $titles }. Their new bookings will have no Zoom link.
}
# Behind “Meetings already booked keep their join links.”
disconnect-with-link = { $bookings ->
    [one] 1 upcoming booking has one.
   *[other] { $bookings } upcoming bookings have one.
}
disconnect-already = { $email } is being disconnected already, or is gone.
disconnect-done = { $email } is disconnected. 42min’s access was revoked, and its tokens are deleted.
disconnect-done-broken = { $email } is disconnected. Its tokens were deleted when it broke.
disconnect-unreachable = 42min deleted the stored connection, but couldn’t reach Zoom to revoke access.

## Whether an account changes its role.

role-title = Change this account’s role?
role-now = { $email } is connected here as { $now }.
# What stands for $now.
role-personal-yours = your personal account
role-personal-of = a personal account of { $name }
role-shared-by-you = a shared org account, added by you
role-shared-by = a shared org account, added by { $name }
# $button and $then stand out, in this order; $then is one of those below.
role-used = You used { $button }, which makes it { $then }
role-then-personal = your personal account: only your own new bookings will be hosted on it.
role-then-shared-hosts = a shared org account: bookings of people without their own Zoom will be hosted on it.
role-then-shared-behind = one more shared org account: bookings of people without their own Zoom are hosted on { $email } before it.
role-then-shared = a shared org account.
role-stays = { $bookings ->
    [one] 1 upcoming booking of others stays on it.
   *[other] { $bookings } upcoming bookings of others stay on it.
}
# Where it can’t: the title, why, and what can be done.
role-cannot-title = { $email } stays a shared org account
role-cannot = It can’t become your personal account while { $own } is. Each person can have only one.
role-cannot-first = Disconnect { $own }
role-cannot-ok = OK
role-keep-personal = Keep as personal
role-keep-shared = Keep as shared org account
role-change-personal = Change to personal
role-change-shared = Change to shared org account
role-stays-personal = { $email } stays a personal account.
role-stays-shared = { $email } stays a shared org account.
role-is-personal = { $email } is now a personal account.
role-is-shared = { $email } is now a shared org account.
role-already-has = { $own } is your personal account. Disconnect it first to use { $email } instead.
role-gone = { $email } was changed by somebody else meanwhile. Nothing was done.

## Whether another account takes the place of the one that was meant.

held-signed-in-as = You signed in to Zoom as { $email }.
held-nothing-yet = Nothing changes until you answer. After ten minutes without an answer 42min asks Zoom to revoke its access to { $email }.
# Above what follows from each answer.
held-if-replaced = If you replace it:
held-if-added = If you add it:
held-if-not = Otherwise 42min gives its access to { $email } back to Zoom, and nothing changes.
held-replace-title = Replace { $old }?
held-replace-keep = Keep { $old }
held-replace-take = Replace it with { $new }
held-add-title = Add { $new } as well?
held-add-keep = Don’t add it
held-add-take = Add { $new }
held-old-stays = { $old }, which you wanted to reconnect, will stay as it is.
held-one-more = { $new } will be one more shared org account.
held-hosted-on = Your new bookings will be hosted on { $new }.
held-removed-broken = The broken connection of { $email } will be removed.
held-revokes = 42min will ask Zoom to revoke its access to { $email }, and delete the connection.
held-run-out = That question was answered already, or waited for more than ten minutes. Nothing changed.
held-not-used = { $email } wasn’t connected. Nothing changed.
held-not-revoked = Zoom connected successfully! But 42min couldn’t reach Zoom to revoke its access to the account before.

## Making a Zoom app. The names of what is chosen in Zoom stay as Zoom has them.

zoom-app-public = People outside your own Zoom account can only connect once Zoom has published your app, or as invited beta testers. For your own team nothing needs publishing.
zoom-app-no-https = This server’s address is { $url }, without https.
zoom-app-no-https-words = Zoom refuses such an address. Put a reverse proxy with a certificate in front and set MIN42_BASE_URL to its https address first.
zoom-app-steps = Steps
# Follows “Copy”; only screen readers say it.
zoom-app-copy-the = the { $label }
zoom-app-copied = Copied
zoom-app-make = 1. Make an app at Zoom
# $address is a link.
zoom-app-make-where = Sign in at { $address } with the Zoom account of your team.
# Two of Zoom’s own names stand out, in this order.
zoom-app-make-choose = Choose { $general }, and { $managed } when you are asked how it is managed.
zoom-app-back = 2. Say where people come back to
zoom-app-back-words = Enter this address as the OAuth redirect URL, and once more in the OAuth allow list. It has to be the same to the letter.
zoom-app-back-label = OAuth redirect URL and allow list
zoom-app-scopes = 3. Add the scopes
zoom-app-scopes-required = These are required; none may be optional.
zoom-app-scopes-webinars = For webinars on group bookings also these. Mark them as optional: people without a webinar license can leave them off.
# Follows the name of a scope; $purpose is one of those below.
zoom-app-scope-to = to { $purpose }
scope-profile = read your profile
scope-list = { $what ->
    [webinar] list webinars
   *[meeting] list meetings
}
scope-create = { $what ->
    [webinar] create webinars
   *[meeting] create meetings
}
scope-change = { $what ->
    [webinar] change webinars
   *[meeting] change meetings
}
scope-delete = { $what ->
    [webinar] delete webinars
   *[meeting] delete meetings
}
scope-read = { $what ->
    [webinar] read webinars
   *[meeting] read meetings
}
zoom-app-events = 4. Send events to 42min
zoom-app-events-words = Add an event subscription with this address, delivered as a webhook. Enter the same address for deauthorization notifications.
zoom-app-events-label = Event notification URL
zoom-app-events-all = Subscribe to these events:
zoom-app-events-webinars = For webinars on group bookings also to these:
zoom-app-events-users = And to these, if Zoom offers them for your app, so that 42min hears at once when a Zoom user is gone:
# Two of Zoom’s own names stand out, in this order.
zoom-app-token = Copy the app’s { $token } into the settings of step 5 and restart 42min before you press { $validate } at Zoom: the token is what 42min answers with.
zoom-app-token-name = secret token
zoom-app-verified = Zoom has verified this address
# $at is like "12 June 2026 at 09:00".
zoom-app-verified-last = last on { $at }
zoom-app-not-verified = Zoom has not verified this address yet.
zoom-app-credentials = 5. Give 42min the credentials
# $file is the name of a file.
zoom-app-credentials-words = Set these in the environment of the server, or in { $file }, and restart 42min.
zoom-app-client-id = The client ID.
zoom-app-client-secret = The client secret.
zoom-app-secret-token = The secret token.
zoom-app-set = Set
zoom-app-not-set = Not set
zoom-app-check = 6. Check
zoom-app-check-words = 42min shows Zoom the client ID and the secret, and says whether Zoom accepts them.
zoom-app-check-button = Check
zoom-app-check-first = Set MIN42_ZOOM_CLIENT_ID and MIN42_ZOOM_CLIENT_SECRET first, and restart 42min.
# In the place of the button; why it can’t be pressed.
zoom-app-check-unset = Set the client ID and the secret first.
zoom-app-to-zoom = Back to Zoom

## Why a meeting can’t be started now.

start-silent = Zoom isn’t answering right now. Try again in a minute.
start-not-connected = The Zoom account that hosts this meeting isn’t connected any more. Sign in to Zoom there and start it by its meeting ID.
start-no-link = This meeting has no Zoom link yet.
start-no-way = Zoom gave no way to start it. Start it from the Zoom app.
start-gone = This meeting no longer exists in Zoom.
start-refused = Zoom didn’t let 42min start it. Start it from the Zoom app.

## The mail about a broken connection. Why it is broken is said above.

broken-mail-subject = Reconnect Zoom: its connection is broken
broken-mail-subject-no-link = Reconnect Zoom: new bookings get no link
# Beside the subject. $when is like "Fri 12 June 2026, 09:00".
broken-mail-since = { $account }, since { $when }
broken-mail-heading = Reconnect Zoom
broken-mail-account = Account
broken-mail-broken = Since
broken-mail-hosted-until = New bookings are hosted on { $account } until you reconnect.
broken-mail-hosted = New bookings are hosted on { $account }.
broken-mail-no-link = New bookings get no link until you reconnect.
broken-mail-shared-hosted-until = New bookings of people without their own Zoom are hosted on { $account } until you reconnect.
broken-mail-shared-hosted = New bookings of people without their own Zoom are hosted on { $account }.
broken-mail-shared-no-link = New bookings of people without their own Zoom get no link until you reconnect.
broken-mail-links-stay = Bookings made before keep their links.
# Followed by the next five meetings.
broken-mail-waiting = { $bookings ->
    [one] 1 upcoming booking is waiting for its link. It gets it as soon as you reconnect:
   *[other] { $bookings } upcoming bookings are waiting for their links. They get them as soon as you reconnect:
}
# Other meetings than those named.
broken-mail-more = and { $more } more
# $days is like "3, 7", $last like "14".
broken-mail-reminders = Until then we remind you on day { $days } and { $last }.
broken-mail-once-more = Until then we remind you once more, on day { $day }.
broken-mail-last = This was the last reminder.
broken-mail-because = You get this email because you manage this Zoom account.

## The mail that it is whole again.

again-mail-heading = Zoom is connected again
again-mail-shows = The Zoom account { $account } shows Connected again.
again-mail-got = { $bookings ->
    [one] 1 booking got its link.
   *[other] { $bookings } bookings got their link.
}
again-mail-waiting = { $bookings ->
    [one] 1 upcoming booking is still waiting for its link.
   *[other] { $bookings } upcoming bookings are still waiting for their link.
}
again-mail-because = You get this email because you were told that this Zoom account was broken.
zoom-mail-settings = Open Zoom settings

## The mail that somebody else changed the role of an account. Its heading is one of role-is-….

role-mail-made-shared = { $by } signed in to this Zoom account and made it a shared org account; it was a personal account.
role-mail-made-personal = { $by } signed in to this Zoom account and made it a personal account; it was a shared org account.
role-mail-shared-follows = Bookings of people without their own Zoom may be hosted on it from now on. To take it back, choose to connect your own Zoom, and sign in to this account.
role-mail-personal-follows = It is the personal account of { $by } from now on: new bookings of others aren’t hosted on it.
role-mail-because = You get this email because you connected this Zoom account.

## The mail that a meeting was deleted in Zoom shortly before its start.

# $when is like "Fri 12 June 09:00".
deleted-mail-subject = Deleted in Zoom: { $meeting }, { $when }
deleted-mail-heading = This meeting has no Zoom link any more
deleted-mail-words = Its Zoom meeting was deleted in Zoom. Since the start is near, 42min makes another only if you want it: open the booking and choose to create the link now. Everyone invited gets the new link by email.
deleted-mail-create = Create a new link

## The mail that a webinar became a meeting.

no-webinar-mail-subject = No webinar on { $account }: a meeting was made instead
no-webinar-mail-heading = Your webinar became a meeting
no-webinar-mail-words = Zoom doesn’t let { $account } host webinars: it takes a webinar plan for this Zoom user, and 42min’s permissions for webinars. So a Zoom meeting was made instead, and so it is for other group bookings on this account until that changes. You are told this once.
