## What hosts and admins read of people: signing in, users, profile.
