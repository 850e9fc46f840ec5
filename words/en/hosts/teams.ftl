## What admins read of teams.
