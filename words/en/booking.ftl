## Picking a time.

booker-title = { $title } with { $host }
booker-footer = Times are real. Picking one does not book it yet.

# In front of the time a booking has that is being moved.
picker-now = Now:
picker-now-words = { $when }, { $zone }. Pick a new time.
# Above the times a booking can be moved to.
picker-move = Reschedule: { $title }
# $asked and $month are like "May 2031".
picker-month-not-open = { $asked } isn’t open yet. Showing { $month }.
picker-month-over = { $asked } is over. Showing { $month }.
picker-minutes = { $minutes } min
picker-no-earlier = Previous month, not available
picker-no-later = Next month, not available
picker-skip = Skip to times
picker-today = today
# What screen readers say of a day: "Friday 12 June, 6 times"
picker-day = { $day }, { $times }
picker-day-today = { $day }, today, { $times }
picker-zone = Time zone
picker-zones-suggested = Suggested
picker-zone-show = Show times in this zone
# $when is a link.
picker-next = The next free time is { $when }.
# $day and the time of day.
picker-next-when = { $day }, { $clock }

times-count = { $times ->
    [0] no times
    [one] 1 time
   *[other] { $times } times
}
# $times is like "6 times", $zone like "Madrid time".
times-shown = { $times }, shown in { $zone }
times-on-day = { $times } on { $day }
times-none-on-day = No free times on { $day }.
times-none-in-month = No free times in { $month }.
times-none = No times available.
times-none-ahead = { $days ->
    [one] { $host } has nothing open today or tomorrow.
   *[other] { $host } has nothing open in the next { $days } days.
}
times-limit-day = { $host } takes no more bookings that day.
times-limit-week = { $host } takes no more bookings that week.
times-limit-month = { $host } takes no more bookings that month.
times-morning = Morning
times-afternoon = Afternoon
times-evening = Evening
spots-left = { $spots ->
    [one] 1 spot left
   *[other] { $spots } spots left
}

offer-link = { $place }. The link is created when you book.
# Where several book the same meeting, the link may be there.
offer-link-of-all = { $place }. You get the link when you book.
# Of a meeting that is moved.
offer-link-stays = { $place }. The link stays the same.
offer-phone = Phone. You leave your number.
offer-asked = You say where to meet.
offer-online = Online. You get the link when you book.

off-title = Not open for booking
off-words = This meeting isn’t open for booking.
off-others = See { $host }’s other meetings
off-no-others = { $host } has no other meetings open right now.

## A time that can’t be had.

gone-heading = Pick another time
gone-taken = That time was just taken.
gone-past = That time has passed.
gone-too-soon = That is too soon for { $host }.
gone-too-far = That is too far ahead.
gone-closed = That time isn’t open any more.
gone-same = That is the time it has now.
gone-nothing-else = Nothing else is open right now.
gone-kept = What you typed is kept.
# Above some times. $zone is like "Madrid time".
gone-nearest = The nearest free ones, in { $zone }:
gone-all = See all times

## The booking form.

form-title = Your details · { $title }
form-back = Back to times
form-heading = Your details
form-name = Name
form-email = Email
form-email-hint = The invitation goes here.
form-email-hint-link = The invitation and the link go here.
form-optional = (optional)
form-guests = Guests
form-guests-hint = Email addresses, separated by commas. Up to 10.
form-website = Website
form-confirm = Confirm booking
form-seen-by = { $host } will see what you enter here.

form-no-name = Enter your name
form-no-email = Enter your email address, like name@example.com
form-no-place = Say where to meet
form-no-number = Enter a phone number with its country code, like +34 600 123 456
form-not-seen = Something filled in a field that can’t be seen. It is empty again; please confirm once more
form-no-address = “{ $words }” isn’t an email address. Separate addresses by commas
form-too-many-guests = Up to { $most } guests. These are { $has }
form-no-choice = Choose one of the answers to “{ $question }”
form-no-answer = Answer “{ $question }”

## What is booked.

facts-what = What
facts-when = When
facts-where = Where
facts-with = { $title } with { $host }
facts-pending = Your { $place } link is being prepared
facts-pending-words = This usually takes a few seconds. You can close this page: the link will be in your email.
facts-check = Check again
facts-ready = Link ready
facts-ready-said = Your { $place } link is ready.
facts-copy = Copy link
facts-copied = Link copied
facts-meeting-id = Meeting ID
facts-passcode = Passcode
facts-late = The { $place } link isn’t ready yet.
facts-late-words = Your time is booked. { $host } has been told, and the link will reach you by email before the meeting.
facts-none = { $host } will send you how to join.

## The page of a booking.

hub-title-ahead = Booked · { $title }
hub-title-started = Started · { $title }
hub-title-over = Over · { $title }
hub-title-canceled = Canceled · { $title }
hub-title-moved = Moved · { $title }
hub-moved = Moved
hub-booked = You’re booked
hub-moved-words = The new time goes to { $email } and everyone invited.
hub-moved-link = The { $place } link stays the same.
hub-moved-words-group = The new time goes to { $email } and the guests you named.
hub-booked-words = The invitation goes to { $email }.
hub-calendar = Add to your calendar
hub-calendar-file = Apple or other (.ics)
hub-calendar-words = Your invitation email adds it by itself in most calendars.
# In its place while there is no link yet.
hub-calendar-early = Added now, it won’t have the { $place } link. We’ll email the link when it’s ready.
hub-reschedule = Reschedule
hub-no-reschedule = { $host } doesn’t take changes of time for this meeting.
hub-cancel = Cancel booking
hub-started = This meeting has started.
hub-over = This meeting is over.
hub-again = Book another time
hub-canceled = Canceled.
hub-canceled-on = This booking was canceled on { $at }.
hub-canceled-by = This booking was canceled by { $host } on { $at }.
hub-canceled-words = The time is open again, and everyone invited is told by email.
hub-canceled-words-group = You and the guests you named are told by email.
hub-reason = Reason
hub-elsewhere = This booking moved
hub-elsewhere-words = { $title } with { $host } is now { $when }, { $zone }.
hub-elsewhere-open = Open it

## Moving a booking.

move-pick = Pick a new time · { $title }
move-title = Move booking · { $title }
move-heading = Move this booking?
move-old = Old
move-new = New
move-confirm = Move booking
move-keep = Keep the old time
move-stays-title = This time stays · { $title }
move-stays = This time stays
move-not-taken = { $host } doesn’t take changes for this meeting. You can still cancel, or write to them.
move-not-open = This meeting isn’t open for booking any more, so it can’t be moved. You can still cancel, or write to { $host }.

## Canceling a booking.

cancel-title = Cancel booking · { $title }
cancel-heading = Cancel this booking?
cancel-reason = Reason
cancel-reason-hint = (optional, sent to { $host })
cancel-words = The time opens up again, and everyone invited is emailed.
cancel-words-room = The { $place } meeting is removed, the time opens up again, and everyone invited is emailed.
cancel-words-group = Your place opens up again, and { $host } and the guests you named are emailed.
cancel-confirm = Cancel booking
cancel-keep = Keep booking
cancel-reschedule = Reschedule instead
cancel-already = Already canceled.
