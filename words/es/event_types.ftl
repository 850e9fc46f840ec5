## The public pages of a person and of a team.

# $name is a person’s first name, or a team’s name.
public-nothing-open = { $name } no tiene ahora mismo ninguna reunión abierta a reservas.
public-pick = Elige una reunión para ver los horarios.
# Under a meeting’s title: "42 min · Zoom"
public-facts = { $minutes } min · { $place }

## Where a meeting takes place. Names of services stay as they are.

place-phone = Teléfono
place-in-person = En persona
place-you-choose = Tú eliges el lugar

# What the booking form asks for where the guest says the place.
place-your-number = Tu número de teléfono
place-where = ¿Dónde quedamos?
# Of a web address, and of a place the guest says.
place-online = En línea
place-place = Lugar
# In calendars, while there is no link yet.
place-to-follow = { $place } (el enlace llegará)
# $said is what the host wrote about a call: "Ada calls you". It has no full stop at its end.
place-said-and-number = { $said }. Número del invitado: { $number }

## Buttons that lead to a meeting online. $place is the name of a service.

join-online = Unirse a la reunión
join = { $kind ->
    [webinar] Unirse al seminario web de { $place }
   *[meeting] Unirse a la reunión de { $place }
}
