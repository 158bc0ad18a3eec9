-- A guest is sent off by a command to each box of the branch: there is one list, by box. What was ordered
-- by branch before, and by processes of the release before while they still run, is taken over as boxes
-- ask; `commands` and `branches.command_position` go with a later release.
alter table box_commands drop constraint box_commands_kind_check;
alter table box_commands add constraint box_commands_kind_check check (
  kind in ('guest.disconnect', 'box.refresh', 'guests.unblock', 'box.send-logs', 'box.upgrade'));
