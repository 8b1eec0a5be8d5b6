-- Whether something is one plain address that can be written to.
-- grain: one row an address
-- reads: -
-- writes: state.is_usable_address
-- params: -

create or replace macro state.is_usable_address(address) as
-- As tasks/transports/addresses.py reads it. In a domain's labels letters of any script may stand, which become ASCII when the notice is sent.
coalesce(
    regexp_full_match(
        address,
        '[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+)*@'
        || '([\p{L}\p{N}]([\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?\.)+[\p{L}\p{N}]([\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?'
    )
    and length(split_part(address, '@', 1)) <= 64 and length(address) <= 254,
    false
);

comment on macro state.is_usable_address is 'state.is_usable_address(address): whether a message can be sent to it.';
