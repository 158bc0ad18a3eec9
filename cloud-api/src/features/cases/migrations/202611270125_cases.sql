-- Who of a company's staff chose whether they are written to of low answers. It ends with their membership.
create table directory.case_mail_choices (
  tenant_id uuid not null,
  staff_id uuid not null,
  is_on boolean not null,
  primary key (tenant_id, staff_id),
  foreign key (tenant_id, staff_id)
    references directory.memberships (tenant_id, staff_id) on delete cascade
);

create function directory.choose_case_mails(choosing_staff_id uuid, chosen boolean) returns void
  language sql security definer set search_path = directory, public, pg_temp as $$
  insert into directory.case_mail_choices (tenant_id, staff_id, is_on)
    values (current_tenant(), choosing_staff_id, chosen)
    on conflict (tenant_id, staff_id) do update set is_on = excluded.is_on
$$;

-- Whoever has not chosen: null.
create function directory.list_own_case_readers()
  returns table (staff_id uuid, email text, language text, is_on boolean)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select membership.staff_id, staff.email, staff.language, choice.is_on
    from directory.memberships as membership
    join directory.staff on staff.id = membership.staff_id
    left join directory.case_mail_choices as choice
      on choice.tenant_id = membership.tenant_id and choice.staff_id = membership.staff_id
    where membership.tenant_id = current_tenant()
    order by membership.created_at, membership.staff_id
$$;

grant execute on function directory.choose_case_mails(uuid, boolean) to foyer_app;
grant execute on function directory.list_own_case_readers() to foyer_app;

-- What an unsatisfied guest's answer asks of staff. Its id is the answer's.
create table cases (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  branch_id uuid not null,
  answered_at timestamptz not null,
  raised_at timestamptz not null,
  due_at timestamptz not null,
  -- Staff; null: nobody yet.
  owner_id uuid,
  state text not null check (state in ('new', 'working', 'closed')),
  closed_at timestamptz,
  changed_at timestamptz not null,
  check ((state = 'closed') = (closed_at is not null)),
  primary key (tenant_id, id)
);
select distribute('cases');
create index cases_open on cases (tenant_id, due_at, id) where state <> 'closed';
create index cases_by_time on cases (tenant_id, raised_at desc, id desc);
select isolate_tenants('cases');
select scope_to_branches('cases', 'branch_id');

-- What staff do to make good, by names that the company picks from.
create table make_good_actions (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  name text not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, name)
);
select distribute('make_good_actions');
select isolate_tenants('make_good_actions');

create table case_actions (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  case_id uuid not null,
  branch_id uuid not null,
  action_id uuid not null,
  -- What came of it, in the words of staff; empty once the customer was forgotten.
  result text not null,
  done_at timestamptz not null,
  done_by uuid not null,
  primary key (tenant_id, id)
);
select distribute('case_actions');
alter table case_actions add foreign key (tenant_id, case_id) references cases (tenant_id, id);
alter table case_actions add foreign key (tenant_id, action_id)
  references make_good_actions (tenant_id, id);
create index case_actions_by_case on case_actions (tenant_id, case_id, done_at);
create index case_actions_by_time on case_actions (tenant_id, done_at);
select isolate_tenants('case_actions');
select scope_to_branches('case_actions', 'branch_id');

-- Who is to be told of a case by mail, and what became of it.
create table case_mails (
  tenant_id uuid not null default current_tenant(),
  case_id uuid not null,
  staff_id uuid not null,
  -- One mail may tell of several cases; null: none is written yet.
  mail_id uuid,
  -- waiting: surely not taken, and tried again.
  state text not null check (state in ('waiting', 'sending', 'sent', 'refused', 'unknown')),
  created_at timestamptz not null,
  sent_at timestamptz,
  -- The mail server's own code.
  detail text,
  primary key (tenant_id, case_id, staff_id)
);
select distribute('case_mails');
alter table case_mails add foreign key (tenant_id, case_id) references cases (tenant_id, id);
create index case_mails_by_staff on case_mails (tenant_id, staff_id, created_at);
select isolate_tenants('case_mails');
