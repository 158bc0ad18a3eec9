-- For which processor a box takes releases, as it said last; null: it has not asked since this is kept.
alter table box_upgrades add column architecture text check (architecture in ('x64', 'arm64'));
