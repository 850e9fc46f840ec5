## What hosts read of their meetings.
