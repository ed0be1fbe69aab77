
-- refused is 1 for a change that the other database refused: the newest of its user,
-- kept to be tried again.
ALTER TABLE mirror_change ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;
CREATE INDEX mirror_change_refused ON mirror_change(user_id) WHERE refused = 1;
