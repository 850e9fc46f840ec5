## What all pages of hosts share: the navigation, the frame.

nav-meetings = Meetings
nav-integrations = Integrations

# What screen readers call the way back, above a heading.
web-breadcrumb = Breadcrumb
web-copy = Copy
web-copy-link = Copy link
web-copied = Link copied
web-filter = Filter
web-clear-filters = Clear filters
# What screen readers say of the links to the other pages of a list.
web-pages = Pages

## Dates and times that hosts alone read. The signs are those of when.ftl; %S stands for the seconds.

# "12 June 2026, 09:00:05"
when-second = %-d %B %Y, %H:%M:%S
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
