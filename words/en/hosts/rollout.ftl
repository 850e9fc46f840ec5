## What admins read of the rollout and the routing.

## The card on the Zoom page.

rollout-title = Rollout
rollout-admins = Admins only
rollout-enable = Enable Zoom for this organization
rollout-enable-hint = Master switch. While it is off, no Zoom meetings are created, even for event types set to Zoom.
rollout-routing = Enable multi-account routing
rollout-routing-hint = Choose which shared account hosts meetings for people without their own Zoom.
rollout-default = Default Zoom account
rollout-first = First connected org account ({ $name })
rollout-none-yet = none yet
rollout-webinars = Enable webinars on group bookings
rollout-webinars-hint = Group event types may use a Zoom webinar. The hosting Zoom account needs a webinar license.
rollout-save = Save changes

## The question before something is turned off.

rollout-zoom-title = Turn Zoom off for everyone?
rollout-zoom-keep = Keep it on
rollout-webinars-title = Turn webinars off?
rollout-webinars-keep = Keep them on
rollout-turn-off = Turn off
# Followed by one of the sentences below.
rollout-links-stay = { $bookings ->
    [one] 1 upcoming booking keeps its link.
   *[other] { $bookings } upcoming bookings keep their links.
}
rollout-event-types = { $types ->
    [0] No event type is set to Zoom now.
    [one] New bookings on 1 event type set to Zoom will have no link until it is on again.
   *[other] New bookings on { $types } event types set to Zoom will have no link until it is on again.
}
rollout-webinar-types = { $types ->
    [one] 1 group event type uses webinars; its new bookings become meetings.
   *[other] { $types } group event types use webinars; their new bookings become meetings.
}

## After a save.

rollout-saved = Rollout saved.
rollout-saved-by-other = Another admin saved the rollout while you looked at it. Nothing of yours was saved: look at it as it is now, and save again.
rollout-not-shared = That account isn’t connected as a shared org account any more.
