## What hosts read of their meetings.

# Of a group.
meeting-invitees = { $invitees ->
    [one] 1 invitee
   *[other] { $invitees } invitees
}
