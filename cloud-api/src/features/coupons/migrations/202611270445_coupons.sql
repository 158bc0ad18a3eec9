-- What coupons are good for, and where.
create table coupon_kinds (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  -- Words by language.
  name jsonb not null,
  offer jsonb not null,
  terms jsonb,
  -- Whole days of a branch's calendar after the one it is given on.
  valid_days integer not null check (valid_days > 0),
  -- Empty: every branch takes them.
  branch_ids uuid[] not null,
  made_at timestamptz not null,
  -- None is given since then; those that were given are good to their end.
  archived_at timestamptz,
  primary key (tenant_id, id)
);
select distribute('coupon_kinds');
select isolate_tenants('coupon_kinds');

-- What a coupon is given for: each occasion gives one.
create table coupon_rewards (
  tenant_id uuid not null default current_tenant(),
  occasion text not null check (occasion in ('survey', 'profile')),
  -- Nothing for a profile.
  survey_id text not null check ((occasion = 'survey') = (survey_id <> '')),
  kind_id uuid not null,
  -- From how many filled fields in a hundred on; null for a survey.
  completeness smallint check ((occasion = 'profile') = (completeness is not null)),
  primary key (tenant_id, occasion, survey_id)
);
select distribute('coupon_rewards');
alter table coupon_rewards add constraint coupon_rewards_kind
  foreign key (tenant_id, kind_id) references coupon_kinds (tenant_id, id);
create index coupon_rewards_by_kind on coupon_rewards (tenant_id, kind_id);
select isolate_tenants('coupon_rewards');

-- Up to which word each box was told of its coupons.
create table coupon_pools (
  tenant_id uuid not null default current_tenant(),
  box_id uuid not null,
  position bigint not null,
  primary key (tenant_id, box_id)
);
select distribute('coupon_pools');
select isolate_tenants('coupon_pools');

-- Every code there is: given to somebody, or lying at a box until an answer earns it.
create table coupons (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  kind_id uuid not null,
  -- In clear: it is shown to whoever holds it, and compared at the till.
  code text not null,
  made_at timestamptz not null,
  -- The box that may give it, the life of its store, and the last word to it. Null: the cloud gave it.
  box_id uuid,
  epoch uuid,
  position bigint,
  -- Null: nobody has told yet that it was given.
  issued_at timestamptz,
  issued_branch_id uuid,
  valid_until timestamptz,
  occasion text check (occasion in ('survey', 'profile')),
  survey_id text,
  -- What it was given for, once: an answer, or a customer's profile.
  claim text,
  -- Whose it is. Null: nobody knows, or they were forgotten.
  guest_id uuid,
  customer_id uuid,
  redeemed_at timestamptz,
  redeemed_branch_id uuid,
  redeemed_by uuid,
  -- One try at a till: sent twice, it redeems once.
  redemption_id uuid,
  primary key (tenant_id, id)
);
select distribute('coupons');
alter table coupons add constraint coupons_kind
  foreign key (tenant_id, kind_id) references coupon_kinds (tenant_id, id);
create unique index coupons_by_code on coupons (tenant_id, code);
create unique index coupons_by_claim on coupons (tenant_id, claim) where claim is not null;
create index coupons_newest on coupons (tenant_id, issued_at desc, id desc) where issued_at is not null;
create index coupons_by_kind on coupons (tenant_id, kind_id);
create index coupons_of_box on coupons (tenant_id, box_id, position) where box_id is not null;
create index coupons_by_guest on coupons (tenant_id, guest_id) where guest_id is not null;
create index coupons_by_customer on coupons (tenant_id, customer_id) where customer_id is not null;
select isolate_tenants('coupons');
