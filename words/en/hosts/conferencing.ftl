## What hosts and admins read of Zoom: connecting, the Zoom page, what is broken.
