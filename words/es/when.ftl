## Dates and times.
##
## The signs stand for: %A a weekday, %a the same in short, %-d a day of the month, %B a month,
## %Y a year, %H:%M the clock.

when-long = %A %-d de %B de %Y, %H:%M
when-short = %a %-d de %B de %Y, %H:%M
when-day = %A %-d de %B
when-day-and-year = %A %-d de %B de %Y
when-month = %B de %Y
when-month-alone = %B

# Monday first, with spaces between.
when-weekdays = lunes martes miércoles jueves viernes sábado domingo
when-weekdays-short = lun mar mié jue vie sáb dom
# Above a calendar: two letters each.
when-weekdays-narrow = lu ma mi ju vi sá do
when-months = enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre

# "viernes 12 de junio de 2026, de 09:00 a 09:42". The hours come last: a page breaks the line before them.
when-range = { $day }, { $hours }
when-hours = de { $from } a { $to }
# The same where it ends on another day.
when-hours-into = de { $from } a { $to } del { $end }

when-city = hora de { $city }
# $offset is like "UTC+2".
when-zone = hora de { $city } ({ $offset })
# In the list of all zones; $clock is the time there now.
when-zone-option = { $city } ({ $offset }, { $clock })
# The parts of the world in the list of zones, as the database of time zones calls them.
when-area = { $area ->
    [Africa] África
    [America] América
    [Antarctica] Antártida
    [Arctic] Ártico
    [Asia] Asia
    [Atlantic] Atlántico
    [Australia] Australia
    [Europe] Europa
    [Indian] Índico
    [Pacific] Pacífico
    [Other] Otras
   *[other] { $area }
}
