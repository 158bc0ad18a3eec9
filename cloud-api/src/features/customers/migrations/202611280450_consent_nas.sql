-- At which access controller a guest said it. Null: on no page of the Wi-Fi, or before it was kept.
alter table customer_consents add column nas_id uuid;
