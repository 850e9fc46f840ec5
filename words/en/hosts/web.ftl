## What all pages of hosts share: the navigation, the frame.
