-- The public name of each box, and the certificate that a public authority gives it.
create table box_certificates (
  tenant_id uuid not null default current_tenant(),
  box_id uuid not null,
  branch_id uuid not null,
  -- The first label of the name; the rest is the cloud's zone.
  label text not null check (label ~ '^[a-z2-7]{12}$'),
  state text not null default 'named' check (state in ('named', 'ordered', 'issued')),
  -- PEM, as the box asked last; its private key is nowhere but on the box.
  csr text,
  -- RFC 8555: the order under way.
  order_url text,
  failures integer not null default 0,
  -- Of the last try that failed; null: none, or one that did not.
  trouble_code text,
  trouble_detail text,
  next_try_at timestamptz,
  -- PEM, the box's own first.
  chain text,
  valid_until timestamptz,
  issued_at timestamptz,
  -- What the box said that it serves; null: nothing that phones would believe.
  served_until timestamptz,
  heard_at timestamptz,
  primary key (tenant_id, box_id),
  check (state <> 'ordered' or csr is not null),
  check (state <> 'issued' or chain is not null)
);
select distribute('box_certificates');
select isolate_tenants('box_certificates');
select scope_to_branches('box_certificates', 'branch_id');

-- A tenant's account at an authority: RFC 8555 §7.1.2.
create table acme_accounts (
  tenant_id uuid not null default current_tenant(),
  directory_url text not null,
  sealed_key bytea not null,
  -- Null: the key was made, and the authority may not have heard of it.
  account_url text,
  primary key (tenant_id, directory_url)
);
select distribute('acme_accounts');
select isolate_tenants('acme_accounts');
