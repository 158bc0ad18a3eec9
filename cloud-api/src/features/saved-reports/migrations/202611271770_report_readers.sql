-- Whom a saved report is written to: whoever ordered it, and colleagues whom they named.
create table saved_report_readers (
  tenant_id uuid not null default current_tenant(),
  saved_id uuid not null,
  -- Staff: whose order it is (saved_report_mails), and who is written to.
  orderer_id uuid not null,
  reader_id uuid not null,
  -- Stopped by themselves, out of a mail: whoever ordered it names them no more.
  stopped_at timestamptz,
  -- Of the last one: its name, when it was begun, what became of it, and what the mail server said.
  mail_id uuid,
  begun_at timestamptz,
  outcome text check (outcome in ('waiting', 'begun', 'sending', 'again', 'sent', 'refused', 'unknown',
    'no-right', 'not-told', 'left', 'no-share')),
  detail text,
  primary key (tenant_id, saved_id, orderer_id, reader_id)
);
select distribute('saved_report_readers');
select isolate_tenants('saved_report_readers');
-- What became of the last one stands with its reader. Releases that run beside this one still write it.
comment on column saved_report_mails.outcome is 'unused';
comment on column saved_report_mails.detail is 'unused';
comment on column saved_report_mails.mail_id is 'unused';
comment on column saved_report_mails.begun_at is 'unused';
