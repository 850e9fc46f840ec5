## What hosts read where they make and edit event types.

## The list.

event-type-new = New event type
event-type-none = No event types yet. An event type is a meeting people can book with you: its length, its place, its hours.
# What screen readers call the switch.
event-type-switch = { $title } can be booked
# $facts is like "42 min · Zoom".
event-type-facts = { $facts } · { $kind }
event-type-facts-group = { $facts } · { $kind }, { $seats } places
event-type-is-on = { $title } is on: it can be booked.
event-type-is-off = { $title } is off. Meetings already booked still take place.
event-type-no-team = { $title } has no team any more. Choose another one first.

event-type-create = Create event type
event-type-cancel = Cancel
event-type-ready = Your event type is ready.
# Follows the address and “…”.
event-type-slug-empty = Leave it empty and it is made from the name.

event-type-card-off = Guests can’t book it while it is off.
event-type-delete-title = Delete { $title }?
event-type-delete-page = Its page goes away, and nobody can book it any more.
# Of those that are still to come.
event-type-delete-stays = { $meetings ->
    [0] No meeting of it is still to come. Past ones stay in your list.
    [one] 1 upcoming meeting still takes place. Past ones stay in your list.
   *[other] { $meetings } upcoming meetings still take place. Past ones stay in your list.
}
event-type-delete-instead = To stop bookings for a while, turn it off instead.
event-type-delete-confirm = Delete event type
event-type-deleted = { $title } is deleted. Meetings already booked still take place.

## The kinds of event types.

kind-one-on-one = One-on-one
kind-round-robin = Round Robin
kind-group = Group
kind-group-round-robin = Group + Round Robin

## The editor.

editor-tabs = Event type settings
editor-general = General
editor-schedule = Schedule
editor-limits = Limits & Buffers
editor-form = Booking Form
editor-look = Customization
editor-share = Share

# General.

editor-slug = URL slug
editor-minutes = Duration (minutes)
editor-kind = Type
editor-team = Team
editor-choose-team = Choose a team
editor-team-hint = Its members take turns in hosting, each in their own default hours.
editor-seats = Max invitees per slot
editor-seats-hint = They share one meeting. Guests of theirs take no place.
editor-show-remaining = Show remaining spots to invitees
editor-at-zoom = At Zoom
editor-zoom-meeting = Zoom meeting
editor-zoom-webinar = Zoom webinar
editor-webinar-hint = A webinar needs a webinar license on the Zoom account that hosts; without one, a meeting is made instead. Webinars have no waiting room.
editor-color = Color
editor-public = Public description
editor-public-hint = Invitees see it on your pages.
editor-internal = Internal description
editor-internal-hint = Only you and your organization see it.
editor-delete = Delete event type…

editor-location = Location
editor-needs-calendar = { $place } (connect a calendar first)
editor-zoom-off = { $place } (off for your organization)
editor-phone = Phone
editor-phone-like = I call you, or you call +34 900 000 000
editor-phone-hint = Who calls whom, and the number. Invitees see it after booking.
editor-address = Address
editor-address-hint = Where you meet.
editor-url = Custom URL
editor-ask-invitee = Ask the invitee
editor-url-hint = The address everybody joins at. It begins with https://.

color-violet = Violet
color-blue = Blue
color-teal = Teal
color-green = Green
color-amber = Amber
color-red = Red
color-pink = Pink
color-gray = Gray

# Under the location: how it stands with Zoom.

editor-zoom-personal = Hosted on { $email } (personal).
editor-zoom-shared = Hosted on { $email } (shared).
editor-zoom-each = Each host’s bookings are hosted on their own Zoom.
# Follows one of the three above.
editor-zoom-safe = Waiting room and passcode are on, join before host is off.
editor-zoom-safe-webinar = A webinar has a passcode and no waiting room.
# Follows these.
editor-zoom-basic = It is a Basic account: Zoom ends its meetings after 40 minutes.
editor-zoom-team-shared = { $without ->
    [one] 1 of { $of } hosts has no own Zoom. Their bookings use { $email }.
   *[other] { $without } of { $of } hosts have no own Zoom. Their bookings use { $email }.
}
editor-zoom-team-none = { $without ->
    [one] 1 of { $of } hosts has no own Zoom. Their bookings will have no link.
   *[other] { $without } of { $of } hosts have no own Zoom. Their bookings will have no link.
}
editor-zoom-nobody-in-team = Nobody is in the team, so it can’t be booked.
editor-zoom-nobody = Zoom links require a connected Zoom account. Connect one, or pick a different location.
editor-zoom-broken = The Zoom account { $email } shows Connection broken. New bookings won’t get a link until it’s reconnected.
# Follows the one above.
editor-zoom-ask = Ask an admin to reconnect it, or connect your own.
editor-zoom-cannot-host = Zoom says that no connected account can host meetings, so no links are created. Connect another one, or pick a different location.
editor-zoom-org-off-admin = Zoom is off for your organization, so no links are created.
editor-zoom-org-off = Zoom is off for your organization, so no links are created. Ask an admin to turn it on, or pick a different location.
editor-zoom-not-set-up = Zoom isn’t set up on this server, so no links are created. Ask an admin to set it up, or pick a different location.
editor-zoom-connect = Connect Zoom →
editor-zoom-reconnect = Reconnect →
editor-zoom-turn-on = Turn it on →
editor-zoom-left = Bookings already made keep their Zoom links.

# After an event type with Zoom was saved. Each follows “Saved.” or “Your event type is ready.”

editor-saved-links = New bookings include a Zoom link; existing bookings are unaffected.
editor-saved-some = Bookings of hosts without a Zoom account will have no Zoom link.
editor-saved-nobody = Bookings will have no Zoom link until an account is connected.
editor-saved-broken = Bookings will have no Zoom link until { $email } is reconnected.
editor-saved-cannot-host = Bookings will have no Zoom link until an account that can host meetings is connected.
editor-saved-org-off = Bookings will have no Zoom link until Zoom is turned on for your organization.
editor-saved-not-set-up = Bookings will have no Zoom link until Zoom is set up on this server.

# Schedule.

editor-hours-team = The members of the team are booked in their own default hours, each in theirs.
editor-hours-hint = The hours in which it can be booked, on the clocks of the schedule’s time zone.
editor-hours-default = Default
editor-hours-default-is = Default ({ $schedule })
# What is in use now. $zone is like "Madrid time (UTC+2)".
editor-hours-used = { $schedule }, { $zone }
editor-hours-empty = No hours in it yet.
editor-hours-edit = Edit hours
editor-hours-none = You have no default schedule yet, so there are no times to book.
editor-hours-add = Add your hours

# Limits.

editor-horizon = Date Range (days)
editor-horizon-hint = How far ahead it can be booked, from 1 to 365 days.
editor-notice = Minimum Notice
editor-notice-unit = Unit of the minimum notice
editor-notice-hint = How long before its start it can still be booked: none to 7 days.
editor-unit-minutes = minutes
editor-unit-hours = hours
editor-unit-days = days
editor-before = Buffer Before
editor-after = Buffer After
editor-buffer = { $minutes ->
    [0] None
   *[other] { $minutes } minutes
}
editor-increment = Start Time Increment (minutes)
editor-increment-hint = How far apart the starts on offer are: every 42 minutes makes 09:00, 09:42, 10:24.
editor-most = Booking Limits
editor-most-hint = The most bookings of this event type. Empty means no limit.
editor-per-day = Per day
editor-per-week = Per week
editor-per-month = Per month

# Booking form.

editor-questions = Name and email are always asked. Add what else you want to know, up to 10 questions.
editor-question = Question { $number }
editor-answer = Answer type
editor-short = Short text
editor-long = Long text
editor-choice = Choice
editor-phone-number = Phone number
editor-choices = Choices
editor-choices-hint = One on each line, for the answer type Choice.
editor-required = Required
editor-up = Move up
editor-down = Move down
editor-remove = Remove
# Follows one of the three above; only screen readers say it.
editor-this-question = question { $number }
editor-add-question = Add a question
editor-guests = Allow guests
editor-guests-hint = Invitees may add up to 10 email addresses, which get the invitation too.
editor-fixed = Disable rescheduling
editor-fixed-hint = Invitees can’t move their meeting. They can still cancel, and you can still move it.

# Customization.

editor-look-words = How the public pages of this event type look, by themselves and on your website.
editor-accent = Accent color
editor-accent-own = Use a color of your own
editor-accent-hint = For buttons, days and links. Without one, pages have 42min’s violet.
# $theme is "Light" or "Dark". What screen readers say of the sample.
editor-sample = { $theme }: a button and a link in this color
# How readable it is, like "4.5 : 1". The two are one sentence with a comma between.
editor-sample-on = { $theme }: words on the color { $ratio }
editor-sample-in = words in it { $ratio }
editor-accent-safe = At least 4.5 : 1 is readable. 42min sees to that with any color: words on it are black or white, and words in it are darkened or lightened.
editor-theme = Theme
editor-theme-hint = Automatic follows each invitee’s device.
editor-shown = On the booking page
theme-auto = Automatic
theme-light = Light
theme-dark = Dark
part-picture = Picture of the host
part-organization = Name of the organization
part-description = Public description
part-duration = Duration

# Share.

share-off = This event type is off, so its page takes no bookings.
# Follows the one above. $event_types is a link to the page of that name.
share-turn-on = Turn it on in { $event_types }.
share-link = Public link
share-link-words = Use it in emails, signatures, anywhere.
share-site = On your website
share-site-words = Paste one of these where people should book.
share-site-help = How embedding works
share-inline = Inline
share-inline-words = Your booking page inside your own page, always as tall as it needs to be.
share-popup = Popup
share-popup-words = A link that opens the page over yours. Nothing is loaded before it is pressed, and without scripts it is a plain link.
share-button = Button
share-button-words = A button in the corner of your page that opens the same popup. Only the small script is loaded before it is pressed.
share-frame = Plain frame
share-frame-words = No script at all: a frame of one height, which scrolls inside.
# On the button that is pasted into a website.
share-book = Book a time
share-copied = Code copied
share-preview = Preview
share-preview-words = This is the page itself: what you book here is booked.
share-try = Try the popup

## What can be wrong.

editor-no-slug = Enter a URL slug: none can be made from this name.
editor-slug-taken = That slug is taken by another event type of yours.
editor-slug-taken-by = That slug is taken by your event type { $title }.
editor-bad-minutes = A meeting lasts 10 to 120 minutes.
editor-bad-color = Choose one of the colors.
editor-bad-kind = Choose one of the types.
editor-only-owner = Only its owner can take it off the team.
editor-no-teams = There is no team to choose yet. An admin makes teams under Teams.
editor-no-team = Choose a team.
editor-bad-seats = A slot has 2 to 9,999 places.
editor-bad-location = Choose one of the locations.
editor-no-calendar = { $place } needs a connected calendar, which there is none of yet. Pick a different location.
editor-zoom-is-off = Zoom is off for your organization. Ask an admin to turn it on, or pick a different location.
editor-group-place = A group meets in one place, so invitees can’t each name theirs. Pick a different location.
editor-no-phone = Enter who calls whom, and the number to call.
editor-no-address = Enter the address where you meet.
editor-bad-url = Enter a full address that begins with https://.
editor-bad-schedule = Choose one of your schedules.
editor-bad-horizon = The date range goes from 1 to 365 days.
editor-bad-unit = Choose minutes, hours or days.
editor-bad-notice = The minimum notice goes from 0 minutes to 7 days.
editor-bad-buffer = Choose a buffer of 0, 5, 10, 15, 30, 45 or 60 minutes.
editor-bad-increment = The start time increment goes from 1 to 120 minutes.
editor-bad-most = Enter a whole number from 1 to 999, or leave it empty for no limit.
editor-too-many-questions = An event type has at most { $most } questions.
editor-no-question = Enter the question, or remove it.
editor-bad-answer = Choose what kind of answer you want.
editor-bad-choices = Enter 2 to 30 different choices, one on each line.
editor-bad-accent = Enter a color as # and six digits, like #7c3aed.
editor-bad-theme = Choose one of the themes.
