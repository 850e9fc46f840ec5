-- What an invitee reads, as pages name it (the tag of `<html lang>`).
ALTER TABLE bookings ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
