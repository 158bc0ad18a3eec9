-- The highest command that a box has said it holds, where that was above all that it was asked: this cloud was
-- restored from a back-up, and the clock of the one before was ahead.
alter table boxes add column commands_above bigint not null default 0;
