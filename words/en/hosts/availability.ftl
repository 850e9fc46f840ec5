## What hosts read of their hours.
