## What admins read of teams.

## The list.

# $event_types is a link to the page of that name.
team-words = People who take turns as hosts. To let guests book a team, open one of your { $event_types }, set its type to Round Robin or Group + Round Robin, and choose the team.
team-none = No teams yet. Make one below.
team-members = { $members ->
    [one] 1 member
   *[other] { $members } members
}
team-event-types = { $event_types ->
    [one] 1 event type
   *[other] { $event_types } event types
}
team-nobody = Nobody is in it: it can’t be booked.
team-new = New team
team-create = Create team
team-created = { $team } is there. To let guests book it, set an event type’s type to Round Robin and choose the team.

## The fields of a team, new or known.

team-slug = URL slug
# Follows the address and “…”.
team-slug-empty = Left empty, it is made from the name.
team-who = Members
team-hours = Each is booked in their own default hours.
# Of somebody who is in the team.
team-inactive = can’t be booked now
team-no-slug = Enter a URL slug: none can be made from this name.
team-slug-taken = That slug is taken by another team.

## The editor.

team-settings = Team settings
team-availability = Slot availability
team-maximize = Maximize: any free member
team-balance = Balance: spread evenly
team-availability-hint = Maximize offers every time at which a member is free. Balance offers only the times of members who had the fewest meetings lately.
team-reschedule = Round-robin reschedule
team-keep-host = Keep the same host
team-reassign = Choose by turn again
team-reschedule-hint = When an invitee moves a booking. A new host means a new meeting link.
team-has = Event types
team-saved = { $team } is saved.
# $event_types is a link to the page of that name.
team-no-event-types = None yet. Open one of yours under { $event_types }, and choose the type Round Robin.
team-delete = Delete team…

## Deleting a team.

team-delete-title = Delete the team { $team }?
team-delete-page = Its page and its booking links stop working.
team-delete-off = { $many ->
    [one] This event type is turned off: { $event_types }.
   *[other] These event types are turned off: { $event_types }.
}
team-delete-stays = Meetings already booked still take place, and its members stay.
team-delete-keep = Keep team
team-delete-confirm = Delete team
team-deleted = { $team } is deleted. Meetings already booked still take place.
