-- What a device is, by what its browser said last: families alone (DEVICE_SYSTEMS and DEVICE_FORMS of the
-- contract). Null: nothing was said, as by boxes of before, or of the form alone.
alter table devices add column system text
  check (system in ('ios', 'android', 'windows', 'macos', 'linux', 'chromeos', 'other'));
alter table devices add column form text check (form in ('phone', 'tablet', 'computer', 'other'));
-- When its browser said so.
alter table devices add column described_at timestamptz;
