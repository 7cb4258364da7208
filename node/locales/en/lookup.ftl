# The words of lookup.

several-found = More than one may be meant. Ask for this and search again: { $ask }
found-one = One person was found ({ $keys }). That is not yet an identification.
found-loose = The match is loose. Have it confirmed aloud before looking.
confirm-with = Facts that can confirm (--confirm FACT=SAID): { $facts }
identity-confirmed = The identity is confirmed.
identity-not-fitting = The answer does not fit the register ({ $left } attempts left).
record-head = Shown at { $at } (until { $until }; grounds: { $basis })
subject-name = { $use }: { $written } ({ $reading })
subject-birth = Born: { $date }
subject-age = Age: { $years }
subject-address = Address (as the insurer has it, may be old): { $address }
coverage = Insurer { $insurer } { $name }, symbol { $symbol }, number { $number }, branch { $branch }
coverage-held = {"  "}Holds from { $from } (no end is registered)
coverage-ended = {"  "}Held from { $from }, lost on { $until }
coverage-burden = pays { $percent } %
coverage-loss = ended by: { $loss }
no-coverage = No eligibility is registered in this data
outside-prescriptions = Prescriptions to be filled elsewhere were issued on { $days } (their drugs stand in pharmacy claims)
checkup = Checkup of { $date } ({ $program })
checkup-rest = {"  "}Other items
item-interpretation = interpretation { $code }
item-reference = reference { $low } to { $high }
