-- A page of the box's portal with the code filled in; erased with the code.
alter table code_requests add column link text;
