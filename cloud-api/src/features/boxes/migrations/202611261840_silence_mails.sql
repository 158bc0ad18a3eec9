-- Who of a company's staff is written to when a box falls silent. It ends with their membership.
create table directory.silence_followers (
  tenant_id uuid not null,
  staff_id uuid not null,
  since timestamptz not null,
  primary key (tenant_id, staff_id),
  foreign key (tenant_id, staff_id)
    references directory.memberships (tenant_id, staff_id) on delete cascade
);

create function directory.follow_silences(new_staff_id uuid, at timestamptz) returns void
  language sql security definer set search_path = directory, public, pg_temp as $$
  insert into directory.silence_followers (tenant_id, staff_id, since)
    values (current_tenant(), new_staff_id, at) on conflict do nothing
$$;

create function directory.unfollow_silences(old_staff_id uuid) returns void
  language sql security definer set search_path = directory, public, pg_temp as $$
  delete from directory.silence_followers
    where tenant_id = current_tenant() and staff_id = old_staff_id
$$;

create function directory.list_own_silence_followers()
  returns table (staff_id uuid, email text, language text, since timestamptz)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select follower.staff_id, staff.email, staff.language, follower.since
    from directory.silence_followers as follower
    join directory.memberships as membership
      on membership.tenant_id = follower.tenant_id and membership.staff_id = follower.staff_id
    join directory.staff on staff.id = follower.staff_id
    where follower.tenant_id = current_tenant()
    order by follower.since, follower.staff_id
$$;

create function directory.list_tenants_with_silence_followers() returns setof uuid
  language sql stable security definer set search_path = directory, public, pg_temp
  as $$ select distinct tenant_id from directory.silence_followers $$;

grant execute on function directory.follow_silences(uuid, timestamptz) to foyer_app;
grant execute on function directory.unfollow_silences(uuid) to foyer_app;
grant execute on function directory.list_own_silence_followers() to foyer_app;
grant execute on function directory.list_tenants_with_silence_followers() to foyer_app;

-- Silences of boxes while their branch was open, and whether staff were written to of both ends.
create table box_silences (
  tenant_id uuid not null default current_tenant(),
  box_id uuid not null,
  noticed_at timestamptz not null,
  last_heard_at timestamptz not null,
  -- Null: over before anybody was told, or waiting for others that fall silent at once.
  told_at timestamptz,
  ended_at timestamptz,
  -- False: it ended because nobody watches the box any more.
  was_heard boolean,
  end_told_at timestamptz,
  primary key (tenant_id, box_id, noticed_at)
);
select distribute('box_silences');
alter table box_silences add foreign key (tenant_id, box_id) references boxes (tenant_id, id);
create unique index box_silences_open on box_silences (tenant_id, box_id) where ended_at is null;
create index box_silences_untold on box_silences (tenant_id) where end_told_at is null;
select isolate_tenants('box_silences');

-- What became of each mail.
create table silence_mails (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  staff_id uuid not null,
  created_at timestamptz not null,
  -- waiting: surely not taken, and tried again.
  state text not null check (state in ('sending', 'waiting', 'sent', 'refused', 'unknown')),
  -- The mail server's own code.
  detail text,
  primary key (tenant_id, id)
);
select distribute('silence_mails');
create index silence_mails_by_staff on silence_mails (tenant_id, staff_id, created_at);
select isolate_tenants('silence_mails');
