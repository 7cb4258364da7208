# Words of every screen, signing in, who is signed in.

serve-page = Page: { $url }
page-product = Tomoshibi
page-drill-mark = [DRILL]
page-drill-band = DRILL　訓練
page-drill-words = This is a drill. Patients and drugs are invented; nothing here may be used for care.
page-skip = To the content
page-nav = Screens
page-nav-find = Find a patient
page-nav-mine = My lookups
page-nav-sessions = Who is signed in
page-nav-sign-in = Sign in
page-nav-officer = Opening and closing
page-nav-status = State of the node
page-closing-soon = { $hours ->
    [1] This node closes within the hour, at { $at }. Print now what you will need.
   *[other] This node closes at { $at }, within { $hours } hours.
}
page-back = Back
page-refusal-title = This could not be done
page-denied-journalled = The attempt is in the journal.

page-sign-in-title = Sign in
page-sign-in = Sign in
page-sign-out = Sign out
page-badge = QR code of your badge
page-badge-help = Keep this field selected and scan the badge. The text can also be pasted.
page-pin = PIN
page-pin-help = 6 to 12 digits. Leave it empty to be asked on the next screen.
page-pin-title = Enter your PIN
page-other-badge = Use another badge
page-set-pin-title = Set a PIN
page-set-pin-words = There is no usable PIN for this badge yet. Set one here and you are signed in at once.
page-set-pin-own = Your PIN
page-new-pin = New PIN
page-new-pin-again = The same PIN again
page-pin-rule = 6 to 12 digits. Not one digit only, and not digits in a row.
page-witness = A colleague who witnesses
page-witness-help = Another member of staff, who has signed in before, witnesses with their own badge and PIN. Only the very first person after an opening may leave this empty.
page-witness-badge = Badge of the witness
page-witness-pin = PIN of the witness
page-set-pin = Set PIN and sign in
error-pin-differs = The two PINs differ.
error-pin-differs-hint = Enter the same PIN twice.

page-sessions-title = Who is signed in
page-sessions-words = When a tablet was left somewhere, end its use here.
page-sessions-name = Name
page-sessions-role = Role
page-sessions-since = Signed in
page-sessions-used = Last used
page-sessions-own = (this tablet)
page-sessions-end = End
page-sessions-end-one = End the use by { $name }

error-form-elsewhere = This form did not come from a screen of this node, so it was not taken.
error-form-elsewhere-hint = Load the screen again and enter it once more.
error-form-too-long = What was sent is too long.
error-form-too-long-hint = Remove what is not needed.
error-form-broken = Something is missing in what was sent.
error-form-broken-hint = Load the screen again and enter it once more.
error-form-old = This screen is out of date (the node was restarted, for example).
error-form-old-hint = Load the screen again and enter it once more.
error-page-not-found = There is no such screen.
error-page-not-found-hint = Choose one from the list above.
error-page-too-often = Too much was asked from this tablet.
error-page-too-often-hint = Wait a minute, then try again.
error-page-listen = The page cannot use { $address } ({ $cause }).
error-page-listen-hint = Check whether another program uses it, and [page] listen in node.toml.
error-page-certificate = No certificate can be made for the page ({ $cause }).
error-page-certificate-hint = Check [page] names in node.toml.
error-page-root-missing = The page has no certificate yet.
error-page-root-missing-hint = Write [page] into node.toml and run serve once.
error-page-root-damaged = The root certificate of the page is damaged.
error-page-root-damaged-hint = Start serve again: it makes a new one. Install that on the tablets.
error-page-root-replaced = The root certificate of the page was damaged, and a new one was made.
error-page-root-replaced-hint = Install the new root certificate (tomoshibi-node page) on the tablets.
error-page-name-outside = The root certificate does not vouch for the name { $name }.
error-page-name-outside-hint = Tablets will show a warning. Remove page-root.pem and keys/page-root.key, start serve again and install the new root certificate on the tablets.
