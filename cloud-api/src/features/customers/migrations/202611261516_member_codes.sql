-- The code that a guest was given when they proved their number, by what it is checked. Every branch's
-- boxes are told of a customer's newest.
create table member_codes (
  tenant_id uuid not null default current_tenant(),
  guest_id uuid not null,
  code_id uuid not null,
  salt text not null,
  hash text not null,
  issued_at timestamptz not null,
  primary key (tenant_id, guest_id)
);
select distribute('member_codes');
select isolate_tenants('member_codes');
