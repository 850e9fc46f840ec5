-- Since when a person has left for good; what was theirs is erased soon after.
ALTER TABLE people ADD COLUMN left_at BIGINT;
