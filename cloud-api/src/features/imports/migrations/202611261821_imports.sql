-- Files of customers that staff bring in. The file itself is kept until it was read to the end.
create table imports (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  state text not null check (state in ('uploading', 'uploaded', 'checking', 'checked', 'running',
    'finished', 'cancelled', 'failed')),
  file_name text not null,
  bytes integer not null default 0,
  -- True: the pieces hold the text that was made of it.
  is_workbook boolean not null default false,
  encoding text not null default 'utf-8',
  separator text not null default ',',
  -- What the first row calls the columns.
  headers jsonb not null default '[]',
  -- Which column is what, and how the file is taken; null until it was said.
  plan jsonb,
  -- Why it failed, by a word the screens know.
  failure text,
  staff_id uuid not null,
  created_at timestamptz not null,
  finished_at timestamptz,
  -- The last row of the file that was read, in this round.
  rows_read integer not null default 0,
  -- The last row that stands in a batch.
  place integer not null default 0,
  reading_done boolean not null default false,
  -- What the dry run counted.
  checked jsonb,
  primary key (tenant_id, id)
);
select distribute('imports');
create index imports_by_time on imports (tenant_id, created_at desc, id desc);
select isolate_tenants('imports');

-- The file as it came, in pieces.
create table import_pieces (
  tenant_id uuid not null default current_tenant(),
  import_id uuid not null,
  number integer not null,
  content bytea not null,
  primary key (tenant_id, import_id, number)
);
select distribute('import_pieces');
alter table import_pieces add foreign key (tenant_id, import_id) references imports
  on delete cascade;
select isolate_tenants('import_pieces');

-- Rows that cannot be taken, to be mended and sent again.
create table import_bad_rows (
  tenant_id uuid not null default current_tenant(),
  import_id uuid not null,
  row integer not null,
  cells jsonb not null,
  reasons text[] not null,
  primary key (tenant_id, import_id, row)
);
select distribute('import_bad_rows');
alter table import_bad_rows add foreign key (tenant_id, import_id) references imports
  on delete cascade;
select isolate_tenants('import_bad_rows');

-- What was handed to the customers, and what became of it.
create table import_batches (
  tenant_id uuid not null default current_tenant(),
  import_id uuid not null,
  number integer not null,
  -- Rows that bring nothing new, of which nobody was told.
  unchanged integer not null,
  -- Counted once the customers' cursor has read it.
  applied_at timestamptz,
  created integer not null default 0,
  changed integer not null default 0,
  same integer not null default 0,
  left_out integer not null default 0,
  primary key (tenant_id, import_id, number)
);
select distribute('import_batches');
alter table import_batches add foreign key (tenant_id, import_id) references imports
  on delete cascade;
select isolate_tenants('import_batches');

-- What a column of this name was the last time.
create table import_columns (
  tenant_id uuid not null default current_tenant(),
  header text not null,
  field text not null,
  primary key (tenant_id, header)
);
select distribute('import_columns');
select isolate_tenants('import_columns');
