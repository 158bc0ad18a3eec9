-- Coupons that the cloud made and this box may give, so that an answer earns one when the cloud is away.
create table coupon_pool (
  id text primary key,
  kind_id text not null,
  -- Locked: whoever holds it in clear can use it.
  code text not null,
  -- The life of the store that it was told to: an older copy gives none of them to somebody else.
  epoch text not null,
  position integer not null
) strict;
create index coupon_pool_kind on coupon_pool (kind_id, epoch, position);

-- Who has earned one, once for each answer.
create table earned_coupons (
  answer_id text primary key,
  survey_id text not null,
  kind_id text not null,
  valid_days integer not null,
  -- What it is good for, in the words of then.
  kind text not null,
  guest_id text,
  device_id text,
  earned_at integer not null,
  -- Null as long as the pool was dry: it comes with the next coupons.
  coupon_id text unique,
  code text,
  issued_at integer,
  is_used integer not null default 0
) strict;
create index earned_coupons_guest on earned_coupons (guest_id) where guest_id is not null;
create index earned_coupons_device on earned_coupons (device_id, survey_id) where device_id is not null;
create index earned_coupons_owed on earned_coupons (kind_id, earned_at) where coupon_id is null;

alter table pull add column coupons_position integer not null default 0;
