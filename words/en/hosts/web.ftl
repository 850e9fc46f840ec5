## What all pages of hosts share: the navigation, the frame.

nav-event-types = Event Types
nav-meetings = Meetings
nav-availability = Availability
nav-integrations = Integrations
nav-users = Users
nav-teams = Teams
nav-profile = Profile
nav-help = Help

web-skip = Skip to content
# What screen readers call the navigation.
web-navigation = Main
web-sign-out = Sign out
# Goes on with the next one.
web-held = This server is on hold:
web-held-words = it may be a copy. Bookings are accepted, but no email leaves and nothing is done in Zoom.
web-held-admin = Say whether this is the original or a copy
web-held-user = What this means
# Followed by what is broken.
web-broken = Zoom connection broken:
web-broken-reconnect = Reconnect
web-broken-aside = Not today

## What several pages say.

# What screen readers call the way back, above a heading.
web-breadcrumb = Breadcrumb
web-save = Save
web-saved = Saved.
web-discard = Discard changes
web-cancel = Cancel
web-delete = Delete
web-name = Name
web-no-name = Enter a name.
web-time-zone = Time zone
web-back = Back
web-keep-it = Keep it
# Followed by a name, which only screen readers say.
web-edit = Edit
web-view-page = View page
# Follows “View page”; only screen readers say it.
web-view-page-of = of { $name }
web-copy = Copy
web-copy-link = Copy link
# Follows “Copy link”; only screen readers say it.
web-copy-link-to = to { $name }
web-copied = Link copied
# Of switches.
web-on = On
web-off = Off
# The last two of a list. $those are the others with commas between, or one alone.
web-and = { $those } and { $last }
web-filter = Filter
web-clear-filters = Clear filters
# What screen readers say of the links to the other pages of a list.
web-pages = Pages
# What is wrong, which has no full stop, as a sentence.
web-sentence = { $words }.

## What can be wrong in fields of several forms.

field-bad-email = Enter an email address, like name@example.com
field-bad-slug = Use 1 to 64 lowercase letters, digits and hyphens, like intro-call
field-bad-username = Use 2 to 64 lowercase letters, digits and hyphens, like ada-lovelace
field-reserved-username = This name is used by the server itself. Choose another one
field-unknown-zone = “{ $name }” isn’t a time zone we know. Choose one from the list, like Europe/Madrid

## Dates and times that hosts alone read. The signs are those of when.ftl; %S stands for the seconds.

# "12 June 2026, 09:00:05"
when-second = %-d %B %Y, %H:%M:%S
# "12 Jun 2026, 09:00:05", and the same in the year that it is now; %b stands for a month in short.
when-second-short = %-d %b %Y, %H:%M:%S
when-second-this-year = %-d %b, %H:%M:%S
when-months-short = Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec
# "Fri 12 June 09:00"
when-brief = %a %-d %B %H:%M
# "12 June 2026"
when-date = %-d %B %Y
# "12 June 2026 at 09:00"
when-date-at-clock = %-d %B %Y at %H:%M
when-just-now = just now
when-minutes-ago = { $minutes ->
    [one] 1 minute ago
   *[other] { $minutes } minutes ago
}
when-hours-ago = { $hours ->
    [one] 1 hour ago
   *[other] { $hours } hours ago
}
# $date is like "12 June 2026".
when-on-date = on { $date }

## The demo’s outbox.

outbox-back = Back to 42min
# $zone is like "Madrid time".
outbox-words = Every email this server has written, newest first. In the demo, none of them leaves this computer. Times are { $zone }.
# $book is a link.
outbox-empty = No emails yet. { $book }, then look here again.
outbox-book = Book a meeting
outbox-none = No emails yet. Book a meeting, then look here again.
# $at is a date with a time.
outbox-to = To { $email } · { $at }
outbox-from = From { $sender } to { $email } · { $at }
outbox-waiting = Waiting
outbox-failed = Not delivered
# What screen readers call the email in its frame.
outbox-letter = The email as HTML
outbox-text = Text
# $method is a word of calendars, like REQUEST.
outbox-calendar = Calendar ({ $method })
outbox-open-calendar = Open in a calendar
outbox-source = Source
outbox-raw = By itself
