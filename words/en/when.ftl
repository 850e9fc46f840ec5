## Dates and times.
##
## The signs stand for: %A a weekday, %a the same in short, %-d a day of the month, %B a month,
## %Y a year, %H:%M the clock.

when-long = %A %-d %B %Y, %H:%M
when-short = %a %-d %B %Y, %H:%M
when-day = %A %-d %B
when-day-and-year = %A %-d %B %Y
when-month = %B %Y
when-month-alone = %B

# Monday first, with spaces between.
when-weekdays = Monday Tuesday Wednesday Thursday Friday Saturday Sunday
when-weekdays-short = Mon Tue Wed Thu Fri Sat Sun
# Above a calendar: two letters each.
when-weekdays-narrow = Mo Tu We Th Fr Sa Su
when-months = January February March April May June July August September October November December

# "Friday 12 June 2026, 09:00 to 09:42". The hours come last: a page breaks the line before them.
when-range = { $day }, { $hours }
when-hours = { $from } to { $to }
# The same where it ends on another day.
when-hours-into = { $from } to { $to } on { $end }

when-city = { $city } time
# $offset is like "UTC+2".
when-zone = { $city } time ({ $offset })
# In the list of all zones; $clock is the time there now.
when-zone-option = { $city } ({ $offset }, { $clock })
# The parts of the world in the list of zones, as the database of time zones calls them.
when-area = { $area ->
    [Africa] Africa
    [America] America
    [Antarctica] Antarctica
    [Arctic] Arctic
    [Asia] Asia
    [Atlantic] Atlantic
    [Australia] Australia
    [Europe] Europe
    [Indian] Indian
    [Pacific] Pacific
    [Other] Other
   *[other] { $area }
}
