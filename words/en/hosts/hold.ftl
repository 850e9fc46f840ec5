## What admins read while nothing goes out.

hold-title = On hold
hold-heading = This server is on hold
# $why is a sentence: one of the four after this.
hold-why = { $why } It may be a copy of a server that still runs, so nothing goes out by itself.
hold-restored = Its database was restored from a backup.
# MIN42_BASE_URL is the name of a setting.
hold-address = It was started at another address than before (MIN42_BASE_URL).
hold-place = Its database stands in another place than before.
hold-asked = Somebody put it on hold on the command line.
hold-words = Bookings are accepted. No email leaves, nothing is done in Zoom, and what Zoom reports is not acted on, until an admin says which of the two this server is.
hold-original = The original
hold-original-words = The server moved, got another address, or was restored from a backup, and no other runs in its place.
hold-original-say = This is the original…
hold-copy = A copy
hold-copy-words = The server is for testing or for looking something up, and the original still runs.
hold-copy-say = This is a copy…
hold-not = This server isn’t on hold
hold-not-words = Emails leave, and Zoom follows the bookings.

## The question before each answer, with what follows.

hold-ask-original = Go on as the original?
hold-is-original = Go on as the original
hold-original-mail = Emails that wait go out, also to guests. One that left after the backup was taken can go out a second time.
hold-original-zoom = Meetings in Zoom follow the bookings here again: one with another time is put back, one that was deleted is made anew.
hold-original-strays = Meetings in Zoom that were booked after the backup belong to no booking here. They are listed on the Zoom page and left alone.
hold-original-calendars = Calendar updates from here override earlier ones.
hold-original-alone = No other server may run with these bookings: both would email the guests, and end each other’s access to Zoom.

hold-ask-copy = Go on as a copy?
hold-is-copy = Go on as a copy
hold-copy-access = The access to Zoom that came with the copy is forgotten here, not revoked: the original keeps it. Accounts show “Connection broken” until somebody reconnects them here.
hold-copy-app = Reconnecting with the same Zoom app ends the original’s access. Give this server a Zoom app of its own first.
hold-copy-links = Upcoming bookings keep the links they have. Their meetings in Zoom are the original’s and are never changed from here.
hold-copy-mail = Emails that wait are not sent from here.
hold-copy-new = A booking that has no link yet gets one once Zoom is connected here, and its guest is emailed. So is everybody whose booking is changed or canceled here. To prevent that, run the copy without a mail server.

hold-stay = Stay on hold
hold-went-on-original = This server goes on as the original.
hold-went-on-copy = This server goes on as a copy.
hold-no-more = This server isn’t on hold any more.
