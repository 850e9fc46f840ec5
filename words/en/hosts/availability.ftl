## What hosts read of their hours.

## The list.

hours-new = New schedule
hours-create = Create schedule
hours-no-schedule = No schedule yet, so there are no times to book. A schedule says at which hours people can meet you.
hours-default = Default
hours-make-default = Make default
hours-none = No hours are open.
# Of a week: "Monday to Friday"
hours-days = { $first } to { $last }
hours-dates = { $dates ->
    [one] 1 date differs
   *[other] { $dates } dates differ
}
hours-is-default = { $schedule } is your default schedule now.

## The editor.

hours-zone-hint = The hours below are read on the clocks of this zone, in summer and in winter.
hours-weekly = Weekly hours
hours-weekly-hint = A day can have several ranges. One without hours can’t be booked. 24:00 is midnight at the end of the day.
hours-differ = Dates that differ
hours-differ-hint = On these dates only the hours given here count.
hours-date = Date
# In place of a date that isn’t given yet.
hours-some-date = a date
hours-unavailable = Unavailable
hours-add-date = Add a date
hours-remove-date = Remove date
# What screen readers call the fields of a row. $day is a weekday or a date.
hours-from = From, range { $number } of { $day }
hours-from-like = A time like 09:00
hours-to = To, range { $number } of { $day }
hours-to-like = A time like 17:00; 24:00 is midnight
hours-add = Add hours
# Beside the two fields that “Add hours” shows.
hours-another = Add another
# Follows the two above; only screen readers say it.
hours-add-what = to { $day }
hours-remove = Remove
# Follows “Remove”.
hours-remove-what = range { $number } of { $day }
hours-delete = Delete schedule…

## What can be wrong. $day is like "Monday" or "Thursday 24 December 2026".

hours-too-many-dates = A schedule has at most { $most } dates that differ.
hours-date-twice = { $day } is there twice. Put its hours together.
hours-bad-date = Enter a date, like 2026-12-24.
hours-date-empty = Enter hours for { $day }, or tick Unavailable.
hours-half = The hours on { $day } need a start and an end. Fill in both or neither.
hours-too-many = The hours on { $day } have more than { $most } ranges. Join some of them.
hours-no-time = The hours on { $day } need times between 00:00 and 24:00, like 09:00.
hours-backwards = The hours on { $day } must end after their start: { $from } to { $to } isn’t a range.
hours-overlap = The hours on { $day } overlap: { $first } and { $second }.

## Deleting a schedule.

hours-delete-title = Delete { $schedule }?
# Instead of the question, when it can’t be deleted now.
hours-delete-not = { $schedule } can’t be deleted now
hours-delete-words = Nothing uses it. Meetings already booked still take place.
hours-delete-confirm = Delete schedule
# Each is followed by a link.
hours-delete-default = This is your default schedule. Make another one the default first.
hours-delete-see-schedules = See your schedules
# $titles are those of event types: "Intro call, Demo and Interview"
hours-delete-used = It is used by { $titles }. Choose another schedule there first.
hours-delete-see-event-types = See your event types
hours-deleted = { $schedule } is deleted.
