-- Whom a command is about where that is no device of ours: a MAC or a number. It goes as soon as the
-- command was answered or is too late.
alter table box_commands add column about jsonb;
alter table box_commands drop constraint box_commands_kind_check;
alter table box_commands add constraint box_commands_kind_check check (
  kind in ('guest.disconnect', 'guests.trace', 'box.refresh', 'guests.unblock', 'box.send-logs',
    'box.upgrade'));
