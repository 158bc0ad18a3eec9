-- Where a box is on its branch's network, and whether its public name is to say so to everybody.
alter table box_certificates
  add column address text,
  add column publishes_address boolean not null default false,
  -- What the zone says; null: nothing.
  add column published_address text;
