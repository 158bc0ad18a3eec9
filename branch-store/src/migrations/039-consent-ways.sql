-- How a guest said it: see ConsentWay of the contract. Null: before it was kept, or told by the cloud.
alter table consents add column way text;
alter table erased_consents add column way text;
