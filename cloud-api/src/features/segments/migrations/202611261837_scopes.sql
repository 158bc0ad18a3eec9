-- Whoever's rights reach some branches alone sees and changes what is of these.
select scope_to_branches('guest_moments', 'branch_id');
