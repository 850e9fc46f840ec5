## The public pages of a person and of a team.

# $name is a person’s first name, or a team’s name.
public-nothing-open = { $name } has no meetings open for booking right now.
public-pick = Pick a meeting to see times.
# Under a meeting’s title: "42 min · Zoom"
public-facts = { $minutes } min · { $place }

## Where a meeting takes place. Names of services stay as they are.

place-phone = Phone
place-in-person = In person
place-you-choose = You choose the place

# What the booking form asks for where the guest says the place.
place-your-number = Your phone number
place-where = Where should we meet?
# Of a web address, and of a place the guest says.
place-online = Online
place-place = Place
# In calendars, while there is no link yet.
place-to-follow = { $place } (link to follow)
# $said is what the host wrote about a call: "Ada calls you". It has no full stop at its end.
place-said-and-number = { $said }. Invitee’s number: { $number }

## Buttons that lead to a meeting online. $place is the name of a service.

join-online = Join meeting
join = { $kind ->
    [webinar] Join { $place } webinar
   *[meeting] Join { $place } meeting
}
