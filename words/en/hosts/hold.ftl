## What admins read while nothing goes out.
