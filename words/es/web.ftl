## What all pages share: the frame, errors, limits.

web-demo = Demostración
web-demo-note = Demostración. Nada sale de este equipo.
web-demo-outbox = Bandeja de salida
web-still-loading = Sigue cargando.
web-reload = Volver a cargar
# In front of the links to the same page in other languages; only screen readers say it.
web-languages = Idioma

# Above a form with errors.
web-to-fix = { $things ->
    [one] Hay una cosa que corregir
   *[other] Hay { $things } cosas que corregir
}
web-too-long = Usa { $max } caracteres como máximo. Aquí hay { $has }

error-not-found = Aquí no hay ninguna página
error-not-found-words = Comprueba que la dirección esté bien escrita.
error-forbidden = Solo los administradores pueden abrir esta página
error-forbidden-words = Pide a un administrador de tu organización lo que necesites de aquí.
error-bad-request = No ha funcionado
error-form-unread = No se ha podido leer el formulario.
error-too-large = Es demasiado
error-too-large-words = Lo que has enviado es más largo de lo que lee este servidor, así que no se ha cambiado nada. Vuelve atrás, acórtalo y envíalo de nuevo.
error-form-without-time = El formulario no indica ninguna hora.
error-form-twice = El formulario se ha enviado dos veces.
error-no-such-role = Ese rol no existe.
error-address = Esta dirección contiene algo repetido o que no debería estar ahí. Vuelve atrás e inténtalo de nuevo.
error-too-many = Espera un poco
error-not-saved = Ahora mismo no es posible
# $reference is a short code that stands in the log, too.
error-not-saved-words = 42min no puede guardar nada en este momento, así que no se ha cambiado nada. Inténtalo de nuevo más tarde. Quienes administran este servidor encontrarán el motivo con la referencia { $reference }: el disco está lleno o falla.
error-ours = Algo ha fallado aquí
error-ours-words = No es culpa tuya, y no se ha perdido nada de lo que habías guardado. Inténtalo de nuevo. Si sigue fallando, comunica a quienes administran este servidor la referencia { $reference }.

# Links that lead on from these pages.
error-home = Ir a 42min
error-event-types = Ir a los tipos de evento
error-password = ¿Olvidaste tu contraseña?
error-sign-in = Volver a iniciar sesión

limit-sign-in = Demasiados intentos de iniciar sesión.
limit-reset = Demasiadas solicitudes de contraseña nueva.
limit-setup = Demasiados códigos de configuración incorrectos.
limit-book = Demasiadas reservas desde aquí.
limit-book-host = Demasiadas reservas a la vez con esta persona.
limit-return = Demasiados regresos desde otro servicio.
limit-book-host-from = Demasiadas reservas con esta persona desde aquí hoy.
limit-picture = Demasiadas imágenes.
limit-named = Demasiadas reservas usan hoy esta dirección de correo.
# Follows one of the sentences above.
limit-again-in-minutes = { $minutes ->
    [one] Inténtalo de nuevo dentro de 1 minuto.
   *[other] Inténtalo de nuevo dentro de { $minutes } minutos.
}
limit-again-in-hours = { $hours ->
    [one] Inténtalo de nuevo dentro de 1 hora.
   *[other] Inténtalo de nuevo dentro de { $hours } horas.
}
