-- Whoever's rights reach some branches alone sees whom these know. What a customer told, agreed to
-- and asked for is the company's, whichever branch heard it.
select scope_to_branches('guests', 'branch_id');
select scope_to_branches('erased_guests', 'branch_id');
