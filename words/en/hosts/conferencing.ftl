## What hosts and admins read of Zoom: connecting, the Zoom page, what is broken.

zoom-reconnect = Reconnect
zoom-connect = Connect Zoom
zoom-turn-on = Turn Zoom on
zoom-set-up = Set up Zoom
