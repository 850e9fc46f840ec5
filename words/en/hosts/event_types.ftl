## What hosts read where they make and edit event types.
