-- Which kinds there are is the contract's to say: a list here has to be written anew with each of them, and
-- one that lacked a kind made its order fail.
alter table box_commands drop constraint box_commands_kind_check;
alter table box_commands add constraint box_commands_kind_check check (
  kind ~ '^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$' and length(kind) <= 64);
