-- What is looked at again when an account or a switch changes (`meetings_to_look_at`).
CREATE INDEX seen_unsure ON seen (org_id) WHERE here = 'unsure';
CREATE INDEX leftovers_open ON leftovers (org_id) WHERE gone_at IS NULL;
