## What all pages share: the frame, errors, limits.

web-demo = Demo
web-demo-note = Demo. Nothing leaves this computer.
web-demo-outbox = Outbox
web-still-loading = Still loading.
web-reload = Reload
# In front of the links to the same page in other languages; only screen readers say it.
web-languages = Language

# Above a form with errors.
web-to-fix = { $things ->
    [one] One thing to fix
   *[other] { $things } things to fix
}
web-too-long = Use at most { $max } characters. This has { $has }

error-not-found = No page here
error-not-found-words = Check the address for typing mistakes.
error-forbidden = Only admins can open this page
error-forbidden-words = Ask an admin of your organization for what you need here.
error-bad-request = That didn’t work
error-form-unread = That form could not be read.
error-too-large = That is too much
error-too-large-words = What you sent is longer than this server reads, so nothing was changed. Go back, make it shorter and send it again.
error-form-without-time = That form has no time in it.
error-form-twice = That form was sent twice.
error-no-such-role = There is no such role.
error-address = This address holds something twice, or something else than it should. Go back and try again.
error-too-many = Please wait a little
error-not-saved = Not right now
# $reference is a short code that stands in the log, too.
error-not-saved-words = 42min can’t save anything right now, so nothing was changed. Please try again later. The people who run this server find the reason under the reference { $reference }: its disk is full or fails.
error-ours = Something went wrong here
error-ours-words = It is not your doing, and nothing you had saved is lost. Please try again. If it stays, tell the people who run this server the reference { $reference }.

# Links that lead on from these pages.
error-home = Go to 42min
error-event-types = Go to Event Types
error-password = Forgot your password?
error-sign-in = Back to sign-in

limit-sign-in = Too many tries to sign in.
limit-reset = Too many requests for a new password.
limit-setup = Too many wrong setup codes.
limit-book = Too many bookings from here.
limit-book-host = Too many bookings with this host at once.
limit-return = Too many returns from another service.
limit-book-host-from = Too many bookings with this host from here today.
limit-picture = Too many pictures.
limit-named = Too many bookings name this email address today.
# Follows one of the sentences above.
limit-again-in-minutes = { $minutes ->
    [one] Try again in 1 minute.
   *[other] Try again in { $minutes } minutes.
}
limit-again-in-hours = { $hours ->
    [one] Try again in 1 hour.
   *[other] Try again in { $hours } hours.
}
