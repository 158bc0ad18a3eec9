-- Whoever removes a customer removes their words, and a check for each word was most of the time that
-- a file of customers took.
alter table customer_words drop constraint customer_words_tenant_id_customer_id_fkey;

-- A number was kept by each of its endings. Three rows serve as well: it as a whole, it behind its
-- country code, and it from its end.
delete from customer_words using customers
  where customers.tenant_id = customer_words.tenant_id
    and customers.id = customer_words.customer_id
    and regexp_replace(customers.phone, '\D', '', 'g') like '%' || customer_words.word;
insert into customer_words (tenant_id, word, customer_id)
  select customers.tenant_id, written.word, customers.id
  from customers cross join lateral (values
    (regexp_replace(customers.phone, '\D', '', 'g')),
    (regexp_replace(regexp_replace(customers.phone, '\D', '', 'g'),
      '^(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})', '')),
    ('~' || reverse(regexp_replace(customers.phone, '\D', '', 'g')))) as written (word)
  where customers.phone is not null and written.word <> ''
  on conflict (tenant_id, word, customer_id) do nothing;
