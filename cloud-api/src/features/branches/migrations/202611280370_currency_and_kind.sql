-- What a branch's prices are written in, by ISO 4217. Null: in its country's currency.
alter table branches add column currency text check (currency ~ '^[A-Z]{3}$');
-- What sort of place it is. Null: nobody has said.
alter table branches add column kind text check (kind in ('shop', 'mall', 'cafe', 'restaurant', 'bar',
  'hotel', 'spa', 'salon', 'gym', 'clinic', 'hospital', 'cinema', 'school', 'office', 'other'));
