-- A role that is bound to branches sees the accounts of these alone.
select scope_to_branches('zalo_accounts', 'branch_id');
