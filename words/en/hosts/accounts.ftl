## What hosts and admins read of people: signing in, users, profile.

## Fields that several forms share.

person-email = Email
person-your-name = Your name
person-password = Password
person-new-password = New password
person-show = Show
person-password-hint = At least 8 characters. A passphrase is fine.
person-choose-zone = Choose a time zone
person-username = Username

person-no-name = Enter a name
person-no-org-name = Enter a name for the organization
person-name-too-long = Use at most { $max } characters for the name
person-password-short = Use at least 8 characters for the password
person-password-long = Use at most 200 characters for the password
person-no-role = Choose User or Admin
person-email-taken = Somebody on this server has this email already
person-username-taken = This username is taken. Choose another one

person-user = User
person-admin = Admin
person-pending = Pending
person-active = Active
person-deactivated = Deactivated

## Signing in and out.

sign-in-title = Sign in
sign-in-heading = Sign in to 42min
sign-in-to-go-on = You’ll go on to the page you opened.
sign-in-wrong = Email or password is wrong.
sign-in-forgot = Forgot your password?
sign-in-out = You’re signed out.

forgot-words = We email you a link to choose a new one.
forgot-send = Send the link
forgot-sent = If somebody here has the address { $email }, an email with a link is on its way. The link works for one hour.
# $command is one of the command line.
forgot-no-mail = Email isn’t set up on this server. Ask an admin of your organization for a link: they find it under Users. Whoever runs the server can use { $command }.
forgot-look = Check your email
forgot-another = Use another address
forgot-back = Back to sign-in

reset-title = New password
reset-heading = Choose a new password
reset-words = For { $email }. You’ll be signed out everywhere.
reset-save = Save the password
reset-done = Your new password is set. Sign in with it.

# A link that was used, or is too old.
dead-title = This link doesn’t work any more
dead-reset = Links for a new password work once, for one hour.
dead-reset-next = Get a new link
dead-invitation = Invitations work once, for 7 days. Ask the person who invited you for a new one, or sign in if you have accepted already.

invitation-title = Join { $org }
invitation-words = On 42min people book meetings with you at times that suit you. You’ll sign in as { $email }.
invitation-accept = Accept the invitation

## The first run.

setup-title = Set up 42min
setup-words = One screen. You’ll have a booking page at the end.
setup-code = Setup code
setup-code-hint = Printed in the server log at first start.
# $path is that of a file.
setup-code-hint-file = Printed in the server log at first start, or in { $path }.
setup-org = Organization
setup-org-hint = Left empty, it is called after you: “Ada Lovelace’s team”.
setup-create = Create my booking page
setup-no-code = Enter the setup code from the server log
# “42min setup-code” is a command.
setup-wrong-code = That code doesn’t match. It’s in the server log: “42min setup-code” prints it again.

# Of the address this server believes it has. MIN42_BASE_URL is the name of a setting.
setup-other-address = You opened this page at { $asked }, but links and emails will say { $here }. Set MIN42_BASE_URL to the address people use.
setup-no-https = This server’s address is { $address }, without https. Passwords and booking links can be read on the way. Set MIN42_BASE_URL to an https address.

welcome-title = You’re live
welcome-words = This is your booking page. Send the link to anybody who wants to meet you.
welcome-open = Open my page
welcome-next = Next steps
welcome-can-wait = All of them can wait.
welcome-zoom = Connect Zoom
welcome-zoom-words = Every booking gets a fresh Zoom meeting of its own.
welcome-zoom-ready = Ready to connect
welcome-zoom-off = Off: turn it on, then connect
welcome-zoom-off-ask = Off: ask your admin
welcome-zoom-no-app = Zoom app needed first
welcome-calendar = Connect a calendar
welcome-calendar-words = 42min can’t do this yet. Meetings reach your calendar by email.
welcome-calendar-no = Not available yet
welcome-mail = Set up email
welcome-mail-words = Confirmations and invitations are sent.
# $setting is the name of one.
welcome-no-mail-words = Set { $setting } and start the server again. Until then no email is sent.
welcome-mail-yes = Done
welcome-mail-no = Not set up
welcome-go-on = Go to Event Types

## The link at the end of each mail to a host.

notices-title = Emails about bookings
notices-ask = Turn off emails about bookings?
notices-ask-words = { $email } will get no more emails about meetings that are booked, moved or canceled. Your meetings stay in your list.
notices-confirm = Turn them off
notices-off = Emails about bookings are turned off
# $profile is a link.
notices-off-words = { $email } gets no more emails about meetings that are booked, moved or canceled. You can turn them on again in your { $profile }.
notices-profile = profile

## The users of an organization.

user-words = Who can be booked and who manages this organization.
# Beside one’s own name.
user-you = (you)
# Each is followed by a name, which only screen readers say.
user-make-user = Change role to User
user-make-admin = Change role to Admin
user-resend = Send the invitation again
user-new-link = New invitation link
user-reset = Send password link
user-reset-link = New password link
user-reactivate = Reactivate
user-deactivate = Deactivate…
user-off-title = Deactivate { $name }?
# Of the viewer, who is the only one that can do so.
user-only-admin = The only admin. Make somebody else an admin before you give up this role.
user-own-role = If you change your own role, you are signed out at once.
user-off-signed-out = They are signed out and can’t sign in.
user-off-you-signed-out = You are signed out at once and can’t sign in.
user-off-links = Their booking links stop working.
user-off-your-links = Your booking links stop working.
user-off-stays = Meetings already booked stay, and nothing is deleted.
user-off-keep = Keep active
user-off-confirm = Deactivate
user-off-confirm-name = Deactivate { $name }
user-guest-data = Look up or erase a guest’s data
# Follows one of the two after it: a link that could not be mailed.
user-copy = Email isn’t set up on this server. Copy the link below.
user-is-invited = { $name } is invited.
user-can-choose = { $name } can choose a new password.
user-copy-once = It is shown only now. Whoever opens it can choose the password.
user-invite = Invite somebody
user-invite-goes = The invitation goes here.
user-invite-link = Email isn’t set up on this server: you’ll get a link to pass on.
user-role = Role
user-role-hint = Admins also manage users, Zoom and everybody’s meetings.
user-username-hint = The address of their booking page. Left empty, it is made from the name.
user-send = Send the invitation
user-create = Create the invitation

user-sent = Invitation sent to { $email }.
user-accepted = { $name } has accepted already.
user-cannot-sign-in = { $name } can’t sign in at the moment.
user-reset-sent = A link for a new password was sent to { $email }.
user-has-role = { $name } has the role { $role } now.
user-is-off = { $name } is deactivated: their booking links are off, meetings already booked stay.
user-is-back = { $name } is back: their booking links work again.
user-gone = This person is no longer here.
user-last-admin = This is the last active admin. Make somebody else an admin first.

## The profile.

# $url is a link.
profile-url = Your booking page: { $url }
profile-personal = Personal
profile-email-hint = You sign in with it, and emails about your meetings go here. It can’t be changed.
# $base is an address, $username the word after this.
profile-username-hint = Your page is { $base }{ $username }. A new username breaks the links you have given out.
profile-username-word = username
profile-save = Save changes
profile-picture = Picture
profile-picture-of = A picture of you
profile-picture-hint = JPEG, PNG or WebP, at most 10 MB. It is cut to a square and shown on your public pages. What the file says about camera and place is removed.
profile-picture-hint-none = JPEG, PNG or WebP, at most 10 MB. It is cut to a square and shown on your public pages. Without one, they show your initials. What the file says about camera and place is removed.
profile-picture-save = Save picture
profile-picture-remove = Remove picture
profile-notices = Notifications
profile-notices-mine = My meetings created, rescheduled, or canceled
profile-notices-hint = Emails to you about your own meetings. Your invitees get theirs in any case.
profile-old-password = Current password
profile-password-words = This signs out your other browsers.
profile-password-change = Change the password
profile-delete = Delete my account…

profile-picture-gone = Your picture is gone.
profile-picture-new = Your new picture is on your pages.
profile-picture-missing = Choose a picture first
profile-picture-heavy = Choose a picture of at most 10 MB
profile-picture-unreadable = This is not a picture 42min can read. Choose a JPEG, PNG or WebP
profile-picture-large = This picture has too many dots. Choose one of at most 10,000 by 10,000
profile-notices-on = You’ll be emailed about your meetings.
profile-notices-off = You won’t be emailed about your meetings. Your invitees get their emails in any case.
profile-password-set = Your new password is set. Other browsers are signed out.
profile-password-wrong = This is not your current password

## Deleting one’s account.

leave-title = Delete your account?
# Instead of the question, while something is in the way.
leave-not-title = Before you can delete your account
leave-first = Settle this first
# $users is a link to the page of that name.
leave-last-admin = You are the last active admin. Make somebody else an admin under { $users }.
leave-meetings = { $meetings ->
    [one] One meeting of yours is still to come. Cancel it, or wait until it is over. Once it has started it can’t be canceled.
   *[other] { $meetings } meetings of yours are still to come. Cancel them, or wait until they are over. Meetings that have started can’t be canceled.
}
leave-more = And { $meetings } more
leave-cancel = { $meetings ->
    [one] Cancel it…
   *[other] Cancel all…
}
leave-cancel-title = { $meetings ->
    [one] Cancel one meeting?
   *[other] Cancel { $meetings } meetings?
}
leave-cancel-started = Meetings that have already started aren’t canceled.
leave-cancel-keep = { $meetings ->
    [one] Keep it
   *[other] Keep them
}
leave-cancel-confirm = { $meetings ->
    [one] Cancel the meeting
   *[other] Cancel { $meetings } meetings
}
leave-emailed = Everyone invited is emailed.
leave-accounts = { $accounts ->
    [one] You connected this Zoom account. Disconnect it to end 42min’s access.
   *[other] You connected these Zoom accounts. Disconnect them to end 42min’s access.
}
# Followed by an address, which only screen readers say.
leave-disconnect = Disconnect…
# In place of the button that isn’t there yet.
leave-then-button = Once everything above is settled, the button to delete your account is here.
leave-then = What follows
leave-then-links = { $url } and all your booking links stop working. Your username becomes free for others.
leave-then-signed-out = You are signed out everywhere, and nobody can bring the account back.
leave-then-erased = Your name, email, password, picture, hours and event types are erased, and with them the emails and the log of your meetings. Emails that still wait are sent before that, with your name in them.
leave-then-list = When your meetings were and who came to them stays in your organization’s list, without your name.
leave-then-teams = Event types of your teams stay. An admin takes them over.
leave-password = Your password
leave-keep = Keep my account
leave-confirm = Delete my account

leave-nothing-to-cancel = There was nothing to cancel.
leave-canceled = { $meetings ->
    [one] One meeting is canceled, and everyone invited is emailed.
   *[other] { $meetings } meetings are canceled, and everyone invited is emailed.
}
leave-wrong-password = This is not your password
leave-done = Your account is deleted.
leave-not-yet = Nothing is deleted yet: something has to be put in order first.

## What is stored about a guest.

guest-data-title = A guest’s data
guest-data-words = Use this when a guest asks what you store about them, or wants it erased.
# What screen readers call the search.
guest-data-search = Guests
guest-data-email = The guest’s email
guest-data-look = Look up
guest-data-nothing = Nothing is stored about { $email }.
guest-data-bookings = { $bookings ->
    [0] No bookings
    [one] 1 booking
   *[other] { $bookings } bookings
}
# $bookings are the one before this: "2 bookings".
guest-data-bookings-ahead = { $bookings }, { $ahead } still to come
guest-data-along = { $bookings ->
    [0] No bookings of others that bring them along
    [one] 1 booking of somebody else that brings them along
   *[other] { $bookings } bookings of others that bring them along
}
guest-data-letters = { $letters ->
    [0] No emails to them or about them
    [one] 1 email to them or about them
   *[other] { $letters } emails to them or about them
}
guest-data-noted = { $entries ->
    [0] No entries of the sync log that name them
    [one] 1 entry of the sync log that names them
   *[other] { $entries } entries of the sync log that name them
}
guest-data-download = Download all as a file
guest-data-erase = Erase this guest’s data
# $see is a link.
guest-data-cancel-first = Bookings still to come must be canceled first, so that everybody is told: { $see }.
guest-data-see = see them
guest-data-goes = Their name, addresses, answers and notes go from bookings, emails and the sync log. That a meeting took place stays, without them.
guest-data-links = Links in emails they have still work, and show a meeting with an erased guest.
guest-data-elsewhere = Zoom, your mail server, calendars and backups made before keep what they have. Remove it there yourself.
guest-data-again = Type the address again
guest-data-confirm = Erase for good
guest-data-not-same = Type the same address once more
guest-data-erased = Erased what was stored about { $email }.
guest-data-still-ahead = { $bookings ->
    [one] One booking is still to come. Cancel it first
   *[other] { $bookings } bookings are still to come. Cancel them first
}

## The mail that invites somebody. $by is the name of who does.

invitation-mail-subject = { $by } invites you to { $org } on 42min
invitation-mail-heading = { $by } invites you to { $org }
invitation-mail-what = People book meetings with you at times that suit you.
invitation-mail-hello = Hello { $name }, on 42min people book meetings with you at times that suit you. Accept the invitation and choose a password.
invitation-mail-accept = Accept the invitation
invitation-mail-works = The link works once, for 7 days.
invitation-mail-because = You get this email because { $by } entered this address. If you don’t know them, ignore it; nothing happens then.

## The mail for a forgotten password.

reset-mail-subject = Choose a new password for 42min
reset-mail-heading = Choose a new password
reset-mail-hello = Hello { $name }, somebody, probably you, asked for a new password for your 42min account.
reset-mail-works = The link works once, for one hour.
reset-mail-because = You get this email because a new password was asked for. If it wasn’t you, ignore it: your password stays as it is.
