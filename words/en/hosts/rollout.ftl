## What admins read of the rollout and the routing.
