## What all pages of hosts share: the navigation, the frame.

nav-integrations = Integrations

# What screen readers call the way back, above a heading.
web-breadcrumb = Breadcrumb
