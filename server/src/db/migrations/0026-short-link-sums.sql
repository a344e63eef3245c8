-- Clicks of short links are counted once, as interactions, where what a machine did is taken back.
alter table short_link drop column clicks, drop column first_click_at, drop column last_click_at;
