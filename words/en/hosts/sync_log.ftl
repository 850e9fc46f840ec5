## What admins read around the log of what was done at Zoom.
