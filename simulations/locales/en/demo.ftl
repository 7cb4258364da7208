# The demo.

stage-region = A region of invented people is made
stage-centre = The centre takes the source files and publishes
stage-enrol = Two hospitals enrol their nodes
stage-page = Both nodes get a page
stage-copy = Both nodes copy what they cannot read
stage-increment = A month later: new claims, a second publication
stage-copy-increment = Both nodes take the increment
stage-prepare = An order, a release under a spoken code and badges are made
stage-second-code = A release under a release code of its own is made for the second node
stage-deliver = Order and release reach the nodes
stage-sealed = The disaster comes and the line is cut; the node is still sealed
stage-second-node = The second node runs and stays sealed
stage-open = The node is opened with the order and the spoken code
stage-staff = Staff set their PINs and sign in
stage-lookups = Patients come
stage-examples = Every example is tried before it is told
stage-walk = The hospital is yours
stage-reconcile = The line is back: every entry goes to the centre
stage-close = What is open is closed
stage-settle = The line is there; the last entries go to the centre and are verified
stage-account = The centre is asked what it knows
stage-check = Thieves search both disks

guide-title = DRILL. The line is cut. { $people } invented people, one hospital that was opened, one that is sealed.
guide-address = Open this page:  { $address }
guide-trust = Trust it on this machine: import { $root } into the browser as a certificate authority (for the second node { $second }), and remove it after the drill.
guide-fingerprint = Its fingerprint must be { $fingerprint }
guide-skip = Or pass the warning, on this machine only. Staff are never trained to do this: tablets of a hospital trust its root before any disaster.
guide-chrome = Chrome: Advanced, then Proceed to 127.0.0.1 (unsafe)
guide-firefox = Firefox: Advanced…, then Accept the Risk and Continue
guide-safari = Safari: Show Details, then visit this website
guide-badges = Sign in with the text of a badge and its PIN (or hold the sheet up to a scanner: { $sheet })
guide-badge = { $role }: { $name }, PIN { $pin }, text in { $file }
guide-examples = Patients to look up (seed { $seed }). Each was tried a moment ago.
guide-example = * { $title }
guide-type = Type: { $fields }
guide-several = Several fit, and nobody is listed. The page asks for more ({ $ask }). Then type: { $fields }
guide-nobody = Nobody is found: "not in this node's data for this region", which does not mean that there is no such person
guide-confirm = Confirm who it is by { $fact }: { $said }
guide-second = The second node is sealed. To open it yourself, go to  { $address }
    Its release code, as it would be spoken: { $code }
    Then sign in with { $file } ({ $name }): nobody has set a PIN there, so you choose one.
guide-end = Ctrl-C ends the drill: nodes are closed, the line is healed, and the centre says what it knows.

role-doctor = Doctor
role-second-doctor = Second doctor
role-dentist = Dentist
role-pharmacist = Pharmacist
role-designated = Designated member of staff
role-reception = Reception
role-second-node = Doctor, at the second node

field-name = name
field-birth = born
field-sex = sex
field-address = address
field-insurer = insurer number
field-symbol = symbol
field-number = number
field-branch = branch
sex-1 = male
sex-2 = female

ask-insurer = the insurer number
ask-address = the address
ask-kanji-name = the name in kanji
ask-kana-name = the name in kana
ask-given-name = the given name
ask-symbol = the symbol
ask-branch = the branch
ask-card-number = the number of the card
ask-papers = papers

fact-municipality = the municipality
fact-postal-code = the postal code
fact-insurer = the insurer number
fact-card-number-tail = the last digits of the card's number
fact-kanji-name = the name in kanji
fact-kana-name = the name in kana
fact-former-name = a former name

danger-anticoagulant = anticoagulant
danger-insulin = insulin
danger-antiepileptic = antiepileptic
danger-steroid = steroid
danger-opioid = opioid
danger-immunosuppressant = immunosuppressant
danger-unknown-drug = a drug that is in no master
danger-past-stroke = had a stroke
danger-past-heart = had a heart disease
danger-kidney-failure = kidney failure or dialysis

example-fuzzy-kana = Typed as it is heard, registered otherwise
example-black-circle = The register has ● for a character
example-several = Two people who cannot be told apart yet
example-number-only = Only a card number is known
example-no-medication = No medication at all
example-dangerous-combination = A dangerous combination
example-vital-interest = Unconscious, nobody to consent
example-not-found = Nobody of this region

expect-fuzzy-kana = Expect: one person, whose reading stands in the register as { $kana }
expect-black-circle = Expect: one person, registered as { $name }
expect-several = Expect: one of the two, { $name }
expect-number-only = Expect: one person, { $name }, found without any name
expect-no-medication = Expect: "none in claims to" a month, never "none"
expect-dangerous-combination = Expect, at the top: { $dangers }
expect-vital-interest = Expect: one person. Sign in as a doctor, skip consent, claim a vital interest; a second badge confirms. It will be reviewed

examples-missing = Nobody of this region fits these examples: { $keys }. Choose more people or another seed.

sheet-title = DRILL 訓練: badges of invented staff
sheet-mark = DRILL 訓練
sheet-note = For this drill only; of no use anywhere else. PINs stand in the terminal and never on a badge.

ending = The drill ends: what is open is closed. Press Ctrl-C again to stop everything at once.
ended-at-once = Stopped at once. Nothing was closed in order, and entries may not have reached the centre.

account-entries = The centre holds { $entries } entries of { $journalled } journalled; { $acknowledged } acknowledged.
account-looks = Looks at records: { $looks }
account-look = { $role } { $count }
account-none = none
account-denials = Denied: { $denials }; sign-ins refused: { $refused }
account-overrides = Vital interests to review: { $overrides }
account-closings = Closings: { $closings }
account-left-out = Left out of these counts: { $count } entries of the demo's own trials.
account-well = Everything was acknowledged.
account-lacking = NOT everything was acknowledged.
