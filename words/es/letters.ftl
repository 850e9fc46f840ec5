## Mails to invitees and to the guests they bring along, and what calendars show.

# The name of a meeting in calendars, and the subject of mails about it.
summary = { $title }: { $invitee } con { $host }
summary-group = { $title } con { $host }
# The subject when it is off.
letter-subject-canceled = Cancelada: { $summary }
# Who a mail is from.
letter-from = { $host } (a través de 42min)

# Under a calendar’s event that was added by hand.
invite-change = Cambiar o cancelar: { $url }
# Under an event that came by mail.
invite-length = { $minutes } min con { $host }.
invite-reschedule = Cambiar la hora o cancelar: { $url }
invite-meeting-id = ID de la reunión: { $id }
invite-passcode = Código de acceso: { $code }

## What mail programs show beside the subject. $when is like "Fri 12 June 2026, 09:00, Madrid time (UTC+2)".

letter-link-follows = el enlace de { $place } llegará en otro correo
letter-moved-to = Pasa al { $when }
letter-off = { $when }: cancelada

## The heading.

letter-booked = Tu reserva está confirmada.
letter-invited = Tienes una invitación.
letter-link-ready = Tu enlace de { $place } está listo.
letter-moved = Ha cambiado la hora.
letter-link-changed = El enlace de { $place } ha cambiado.
letter-place-changed = El lugar ha cambiado.
letter-left-out = Ya no estás en la lista de invitados.
letter-given-back = Has dejado libre tu plaza.
letter-canceled-by-you = Has cancelado esta reunión.
letter-canceled-by = { $name } ha cancelado esta reunión.
letter-canceled = Cancelada.

## The first lines.

letter-same-time = La hora no ha cambiado.
letter-use-new-link = Usa el enlace nuevo a partir de ahora; puede que el anterior no funcione.
letter-goes-on = La reunión sigue adelante sin ti.
letter-reason = Motivo: { $reason }
letter-place-changed-too = El lugar también ha cambiado.
letter-link-stays = El enlace de { $place } sigue siendo el mismo.
letter-link-now-ready = El enlace de { $place } está listo.
letter-link-prepared = Tu enlace de { $place } se está preparando. Te lo enviaremos por correo en cuanto esté listo.
letter-no-link = { $host } te dirá cómo unirte.

## The facts.

letter-what = Qué
letter-when = Cuándo
letter-where = Dónde
letter-with = Con
letter-with-both = { $host }, { $invitee }
letter-meeting-id = ID de la reunión
letter-passcode = Código de acceso
# What it was before, struck through.
letter-was = antes { $was }

## The ways on, and why they get this mail.

letter-again = Reservar otra hora
letter-see = Ver tu reserva
letter-change = ¿Necesitas cambiarla?
letter-reschedule = Cambiar la hora
letter-cancel = Cancelar
letter-because-booked = Recibes este correo porque reservaste esta reunión.
letter-because-named = Recibes este correo porque { $invitee } te incluyó entre sus invitados.
letter-sent-by = Enviado por 42min para { $org }.
