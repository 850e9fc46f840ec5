## Picking a time.

booker-title = { $title } con { $host }
booker-footer = Los horarios son reales. Al elegir uno todavía no lo reservas.

# In front of the time a booking has that is being moved.
picker-now = Ahora:
picker-now-words = { $when }, { $zone }. Elige otra hora.
# Above the times a booking can be moved to.
picker-move = Cambiar la hora: { $title }
# $asked and $month are like "May 2031".
picker-month-not-open = { $asked } todavía no está abierto. Aquí tienes { $month }.
picker-month-over = { $asked } ya ha pasado. Aquí tienes { $month }.
picker-minutes = { $minutes } min
picker-no-earlier = Mes anterior, no disponible
picker-no-later = Mes siguiente, no disponible
picker-skip = Ir a los horarios
picker-today = hoy
# What screen readers say of a day: "Friday 12 June, 6 times"
picker-day = { $day }, { $times }
picker-day-today = { $day }, hoy, { $times }
picker-zone = Zona horaria
picker-zones-suggested = Sugeridas
picker-zone-show = Ver los horarios en esta zona
# $when is a link.
picker-next = La próxima hora libre es { $when }.
# $day and the time of day.
picker-next-when = { $day }, { $clock }

times-count = { $times ->
    [0] ningún horario
    [one] 1 horario
   *[other] { $times } horarios
}
# $times is like "6 times", $zone like "Madrid time".
times-shown = { $times }, en { $zone }
times-on-day = { $times } el { $day }
times-none-on-day = No hay horarios libres el { $day }.
times-none-in-month = No hay horarios libres en { $month }.
times-none = No hay horarios disponibles.
times-none-ahead = { $days ->
    [one] { $host } no tiene nada libre hoy ni mañana.
   *[other] { $host } no tiene nada libre en los próximos { $days } días.
}
times-limit-day = { $host } no acepta más reservas ese día.
times-limit-week = { $host } no acepta más reservas esa semana.
times-limit-month = { $host } no acepta más reservas ese mes.
times-morning = Mañana
times-afternoon = Tarde
times-evening = Noche
spots-left = { $spots ->
    [one] Queda 1 plaza
   *[other] Quedan { $spots } plazas
}

offer-link = { $place }. El enlace se crea al reservar.
# Where several book the same meeting, the link may be there.
offer-link-of-all = { $place }. Recibes el enlace al reservar.
# Of a meeting that is moved.
offer-link-stays = { $place }. El enlace sigue siendo el mismo.
offer-phone = Teléfono. Tú dejas tu número.
offer-asked = Tú dices dónde.
offer-online = En línea. Recibes el enlace al reservar.

off-title = No admite reservas
off-words = Esta reunión no admite reservas.
off-others = Ver otras reuniones de { $host }
off-no-others = { $host } no tiene ahora mismo otras reuniones abiertas a reservas.

## A time that can’t be had.

gone-heading = Elige otra hora
gone-taken = Alguien acaba de reservar esa hora.
gone-past = Esa hora ya ha pasado.
gone-too-soon = Es demasiado pronto para { $host }.
gone-too-far = Falta demasiado para esa fecha.
gone-closed = Esa hora ya no está disponible.
gone-same = Es la hora que ya tiene.
gone-nothing-else = Ahora mismo no queda nada más libre.
gone-kept = Conservamos lo que has escrito.
# Above some times. $zone is like "Madrid time".
gone-nearest = Los más próximos que están libres, en { $zone }:
gone-all = Ver todos los horarios

## The booking form.

form-title = Tus datos · { $title }
form-back = Volver a los horarios
form-heading = Tus datos
form-name = Nombre
form-email = Correo electrónico
form-email-hint = Aquí llegará la invitación.
form-email-hint-link = Aquí llegarán la invitación y el enlace.
form-optional = (opcional)
form-guests = Invitados
form-guests-hint = Direcciones de correo separadas por comas. Hasta 10.
form-website = Sitio web
form-confirm = Confirmar la reserva
form-seen-by = { $host } verá lo que escribas aquí.

form-no-name = Escribe tu nombre
form-no-email = Escribe tu dirección de correo, como nombre@example.com
form-no-place = Di dónde será la reunión
form-no-number = Escribe un número de teléfono con el prefijo del país, como +34 600 123 456
form-not-seen = Algo ha rellenado un campo que no se ve. Vuelve a estar vacío; confirma una vez más
form-no-address = «{ $words }» no es una dirección de correo. Separa las direcciones con comas
form-too-many-guests = Hasta { $most } invitados. Aquí hay { $has }
form-no-choice = Elige una de las respuestas a «{ $question }»
form-no-answer = Responde a «{ $question }»

## What is booked.

facts-what = Qué
facts-when = Cuándo
facts-where = Dónde
facts-with = { $title } con { $host }
facts-pending = Tu enlace de { $place } se está preparando
facts-pending-words = Suele tardar unos segundos. Puedes cerrar esta página: el enlace te llegará por correo.
facts-check = Comprobar de nuevo
facts-ready = Enlace listo
facts-ready-said = Tu enlace de { $place } está listo.
facts-copy = Copiar el enlace
facts-copied = Enlace copiado
facts-meeting-id = ID de la reunión
facts-passcode = Código de acceso
facts-late = El enlace de { $place } todavía no está listo.
facts-late-words = Tu hora está reservada. { $host } ya lo sabe, y el enlace te llegará por correo antes de la reunión.
facts-none = { $host } te dirá cómo unirte.

## The page of a booking.

hub-title-ahead = Reservada · { $title }
hub-title-started = Ha empezado · { $title }
hub-title-over = Ha terminado · { $title }
hub-title-canceled = Cancelada · { $title }
hub-title-moved = Ha cambiado · { $title }
hub-moved = Hora cambiada
hub-booked = Reserva confirmada
hub-moved-words = Enviamos la nueva hora a { $email } y a todas las personas invitadas.
hub-moved-link = El enlace de { $place } sigue siendo el mismo.
hub-moved-words-group = Enviamos la nueva hora a { $email } y a los invitados que indicaste.
hub-booked-words = Enviamos la invitación a { $email }.
hub-calendar = Añadir a tu calendario
hub-calendar-file = Apple u otro (.ics)
hub-calendar-words = En la mayoría de los calendarios, el correo de invitación la añade por sí solo.
# In its place while there is no link yet.
hub-calendar-early = Si la añades ahora, no tendrá el enlace de { $place }. Te lo enviaremos por correo cuando esté listo.
hub-reschedule = Cambiar la hora
hub-no-reschedule = { $host } no admite cambios de hora en esta reunión.
hub-cancel = Cancelar la reserva
hub-started = Esta reunión ya ha empezado.
hub-over = Esta reunión ya ha terminado.
hub-again = Reservar otra hora
hub-canceled = Cancelada.
hub-canceled-on = Esta reserva se canceló el { $at }.
hub-canceled-by = { $host } canceló esta reserva el { $at }.
hub-canceled-words = La hora vuelve a estar libre, y avisamos por correo a todas las personas invitadas.
hub-canceled-words-group = Te avisamos por correo, igual que a los invitados que indicaste.
hub-reason = Motivo
hub-elsewhere = Esta reserva ha cambiado
hub-elsewhere-words = { $title } con { $host } es ahora el { $when }, { $zone }.
hub-elsewhere-open = Abrirla

## Moving a booking.

move-pick = Elige otra hora · { $title }
move-title = Cambiar la reserva · { $title }
move-heading = ¿Cambiar esta reserva?
move-old = Antes
move-new = Ahora
move-confirm = Cambiar la reserva
move-keep = Mantener la hora de antes
move-stays-title = Esta hora se mantiene · { $title }
move-stays = Esta hora se mantiene
move-not-taken = { $host } no admite cambios en esta reunión. Todavía puedes cancelarla o escribirle.
move-not-open = Esta reunión ya no admite reservas, así que no se puede cambiar. Todavía puedes cancelarla o escribir a { $host }.

## Canceling a booking.

cancel-title = Cancelar la reserva · { $title }
cancel-heading = ¿Cancelar esta reserva?
cancel-reason = Motivo
cancel-reason-hint = (opcional, se envía a { $host })
cancel-words = La hora vuelve a quedar libre y avisamos por correo a todas las personas invitadas.
cancel-words-room = La reunión de { $place } se elimina, la hora vuelve a quedar libre y avisamos por correo a todas las personas invitadas.
cancel-words-group = Tu plaza vuelve a quedar libre y avisamos por correo a { $host } y a los invitados que indicaste.
cancel-confirm = Cancelar la reserva
cancel-keep = Mantener la reserva
cancel-reschedule = Mejor cambiar la hora
cancel-already = Ya estaba cancelada.
