-- What is older than it is kept is found in all orgs at once.
CREATE INDEX sync_log_by_time ON sync_log (at);
