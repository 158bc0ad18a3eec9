-- From when on the codes work; null: at once.
alter table access_code_batches add column valid_from timestamptz;
-- The policy whoever comes in by one of the codes is held to; null: the first that fits.
alter table access_code_batches add column policy_id uuid;
