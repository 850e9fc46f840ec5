-- Where this database was last at home: the address people saw, and the mark of its place. NULL
-- until the next start, which writes down what it finds.
ALTER TABLE installation ADD COLUMN base_url TEXT;
ALTER TABLE installation ADD COLUMN home TEXT;

-- Since when nothing goes out, because this may be a copy or a restored backup; and why.
ALTER TABLE installation ADD COLUMN held_at BIGINT;
ALTER TABLE installation ADD COLUMN held_why TEXT;
