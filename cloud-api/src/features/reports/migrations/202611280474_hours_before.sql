-- The columns of 202611280470 of what had been counted: apart, for these statements lock rows alone, and read
-- every visit.
update report_hours as hours set
  system_ios = told.system_ios, system_android = told.system_android,
  system_windows = told.system_windows, system_macos = told.system_macos,
  system_linux = told.system_linux, system_chromeos = told.system_chromeos,
  system_other = told.system_other, system_unknown = told.system_unknown,
  form_phone = told.form_phone, form_tablet = told.form_tablet,
  form_computer = told.form_computer, form_other = told.form_other,
  form_unknown = told.form_unknown, device_kind_given = told.device_kind_given,
  device_kind_made_up = told.device_kind_made_up, device_kind_unknown = told.device_kind_unknown
from (
  select tenant_id, branch_id, day, hour,
    count(*) filter (where system = 'ios') as system_ios,
    count(*) filter (where system = 'android') as system_android,
    count(*) filter (where system = 'windows') as system_windows,
    count(*) filter (where system = 'macos') as system_macos,
    count(*) filter (where system = 'linux') as system_linux,
    count(*) filter (where system = 'chromeos') as system_chromeos,
    count(*) filter (where system = 'other') as system_other,
    count(*) filter (where system = 'unknown') as system_unknown,
    count(*) filter (where form = 'phone') as form_phone,
    count(*) filter (where form = 'tablet') as form_tablet,
    count(*) filter (where form = 'computer') as form_computer,
    count(*) filter (where form = 'other') as form_other,
    count(*) filter (where form = 'unknown') as form_unknown,
    count(*) filter (where device_kind = 'given') as device_kind_given,
    count(*) filter (where device_kind = 'made-up') as device_kind_made_up,
    count(*) filter (where device_kind = 'unknown') as device_kind_unknown
  from report_visits group by tenant_id, branch_id, day, hour
) as told
where hours.tenant_id = told.tenant_id and hours.branch_id = told.branch_id
  and hours.day = told.day and hours.hour = told.hour;

update report_days as days set
  system_ios = told.system_ios, system_android = told.system_android,
  system_windows = told.system_windows, system_macos = told.system_macos,
  system_linux = told.system_linux, system_chromeos = told.system_chromeos,
  system_other = told.system_other, system_unknown = told.system_unknown,
  form_phone = told.form_phone, form_tablet = told.form_tablet,
  form_computer = told.form_computer, form_other = told.form_other,
  form_unknown = told.form_unknown, device_kind_given = told.device_kind_given,
  device_kind_made_up = told.device_kind_made_up, device_kind_unknown = told.device_kind_unknown
from (
  select tenant_id, branch_id, day,
    sum(system_ios) as system_ios, sum(system_android) as system_android,
    sum(system_windows) as system_windows, sum(system_macos) as system_macos,
    sum(system_linux) as system_linux, sum(system_chromeos) as system_chromeos,
    sum(system_other) as system_other, sum(system_unknown) as system_unknown,
    sum(form_phone) as form_phone, sum(form_tablet) as form_tablet,
    sum(form_computer) as form_computer, sum(form_other) as form_other,
    sum(form_unknown) as form_unknown, sum(device_kind_given) as device_kind_given,
    sum(device_kind_made_up) as device_kind_made_up,
    sum(device_kind_unknown) as device_kind_unknown
  from report_hours group by tenant_id, branch_id, day
) as told
where days.tenant_id = told.tenant_id and days.branch_id = told.branch_id
  and days.day = told.day;
