-- Somebody who has a saved report written to them, and when.
create table saved_report_mails (
  tenant_id uuid not null default current_tenant(),
  saved_id uuid not null,
  -- Staff: each has them for themselves.
  staff_id uuid not null,
  every text not null check (every in ('day', 'week', 'month')),
  -- 1 is Monday.
  weekday smallint check (weekday between 1 and 7),
  -- Of shorter months the last.
  month_day smallint check (month_day between 1 and 31),
  hour smallint not null check (hour between 0 and 23),
  time_zone text not null,
  language text not null check (language in ('en', 'vi')),
  next_at timestamptz not null,
  -- Of the last one: its name, when it was begun, what became of it, and what the mail server said.
  mail_id uuid,
  begun_at timestamptz,
  outcome text check (outcome in ('begun', 'sending', 'again', 'sent', 'refused', 'unknown', 'no-right', 'not-told')),
  detail text,
  primary key (tenant_id, saved_id, staff_id),
  check ((every = 'week') = (weekday is not null)),
  check ((every = 'month') = (month_day is not null))
);
select distribute('saved_report_mails');
select isolate_tenants('saved_report_mails');
