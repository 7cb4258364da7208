# Failures and alarms. error-<code> says what happened, error-<code>-hint what to do.

error-internal = Something inside the program went wrong.
error-internal-hint = Try again; if it stays, report it with the log of serve.
error-data-missing = No data folder is named.
error-data-missing-hint = Add --data DIR.
error-init-arguments = The values given contradict each other.
error-init-arguments-hint = Correct them; no folder was made.
error-output = The result cannot be printed ({ $cause }).
error-output-hint = Check the space where it goes, or the command it is piped into.
error-entropy = No random numbers can be had ({ $cause }).
error-entropy-hint = No key was made. Check the operating system.

error-disk = Cannot work on { $path } ({ $doing }: { $cause }).
error-disk-hint = Check who owns the folder, and the disk.
error-disk-full = The disk is full, { $path } cannot be written ({ $doing }: { $cause }).
error-disk-full-hint = Remove files that are not needed.
error-folder-missing = { $path } is not a node's data folder.
error-folder-missing-hint = Check the name, or make one with init.
error-folder-owned = { $path } is in use by another process ({ $process }).
error-folder-owned-hint = Try again in a moment, or end that process.
error-init-exists = { $path } holds a node already.
error-init-exists-hint = Name another folder. Nothing was changed in this one.
error-secret-missing = The key { $name } is not there.
error-secret-missing-hint = Check whether the node is enrolled.
error-secret-exists = The key { $name } is there already.
error-secret-exists-hint = Keys are never written over. To make new ones, begin with init in a new folder.
error-secret-damaged = The key { $name } is damaged.
error-secret-damaged-hint = Keep this folder as it is: its journal is evidence. Set the node up anew in an empty folder with init, and enrol it with a new code of the centre.
error-state = The node's state cannot be read or written ({ $what }).
error-state-hint = Check the disk and restart serve.

error-config = node.toml has { $count ->
    [one] one fault
   *[other] { $count } faults
  }.
error-config-hint = Correct these lines.
error-config-not-text = node.toml is not UTF-8 text.
error-config-not-text-hint = Save it again as UTF-8.
error-config-syntax = Line { $line }: not TOML ({ $what }).
error-config-syntax-hint = Check quotes and signs.
error-config-unknown-section = Line { $line }: there is no section [{ $key }].
error-config-unknown-section-hint = Is [{ $nearest }] meant?
error-config-unknown-key = Line { $line }: there is no setting { $key }.
error-config-unknown-key-hint = Is { $nearest } meant?
error-config-missing = Line { $line }: { $key } is missing.
error-config-missing-hint = Add it.
error-config-kind = Line { $line }: { $key } has the wrong kind of value.
error-config-kind-hint = { $expected ->
    [text] Write text between quotes.
    [number] Write a whole number.
    [list] Write a list of texts: ["a", "b"].
   *[section] Make it a section [{ $key }].
  }
error-config-range = Line { $line }: { $key } = { $found } is out of bounds.
error-config-range-hint = Choose from { $min } to { $max }.
error-config-name = Line { $line }: { $key } has a length or a character that cannot be used.
error-config-name-hint = Write 1 to 64 characters on one line.
error-config-facility = Line { $line }: { $key } is not a facility code.
error-config-facility-hint = Write 10 digits that begin with the prefecture.
error-config-municipality = Line { $line }: { $key } is not the code of a municipality.
error-config-municipality-hint = Write 5 digits that begin with the prefecture.
error-config-prefecture = Line { $line }: { $key } = { $municipality } and facility { $facility } are in two prefectures.
error-config-prefecture-hint = Correct one of them.
error-config-language = Line { $line }: { $key } is not a language of this program.
error-config-language-hint = Write "ja" or "en".
error-config-address = Line { $line }: { $key } is not host:port.
error-config-address-hint = For example "centre.example:4433".
error-config-listen = Line { $line }: { $key } is not an address and a port.
error-config-listen-hint = For example "0.0.0.0:8443" (all addresses of the machine) or "192.168.1.20:8443".
error-config-page-name = Line { $line }: { $key } holds something that is neither a host name nor an address.
error-config-page-name-hint = Write names and addresses only, without https:// and port. For example "tomoshibi.local" or "192.168.1.20".

error-control-silent = The running node does not answer ({ $cause }).
error-control-silent-hint = Check that serve is running.
error-control-answer = The running node's answer cannot be read.
error-control-answer-hint = Check that serve and this command have the same version, and restart serve.
error-control-request = The running node does not know this request.
error-control-request-hint = Check that serve and this command have the same version, and restart serve.
error-control-line = The request is too long (at most { $limit } bytes).
error-control-line-hint = Make it shorter.
error-control-busy = The node is answering as many requests as it may.
error-control-busy-hint = Try again in a moment.
error-serve-start = The node cannot run ({ $cause }).
error-serve-start-hint = Check the limits on files and threads.

error-manifest-refused = The manifest of the data is refused ({ $what }).
error-manifest-refused-hint = The data here goes on being used. Check where the list came from.
error-snapshot-older = Data { $offered } of region { $region } is older than { $current }, which is here.
error-snapshot-older-hint = The data here goes on being used. Check that the medium is not an old one.
error-snapshot-conflict = Region { $region } has two different snapshots { $id } (here { $current }, offered { $offered }).
error-snapshot-conflict-hint = The one here goes on being used. Tell the centre: somebody may have forged the other.
error-snapshot-incomplete = Data { $id } is not complete (missing parts: { $count }, the first is { $first }).
error-snapshot-incomplete-hint = The data here goes on being used. Go on fetching.
error-space = There is not enough room ({ $needed } bytes to come, { $margin } to stay free, { $free } free).
error-space-hint = Make room; fetching goes on where it stopped.
error-segment-form = The data { $digest } that arrived has the wrong form.
error-segment-form-hint = Check where it came from. It will be fetched again.
error-segment-digest = The data { $digest } that arrived has other content ({ $found }).
error-segment-digest-hint = It is thrown away and fetched again. If it stays, check where it comes from.

error-alarm-fell-back = The newest data { $wanted } of region { $region } is damaged; the older { $served } is used.
error-alarm-fell-back-hint = Fetch it again by line or medium. If it happens again, replace the disk.
error-alarm-incomplete = Data { $served } of region { $region } lacks { $count } parts.
error-alarm-incomplete-hint = Fetch them again over the line. Until then the node may not open, or some records cannot be read; that does not mean that there are none.
error-alarm-records-not-read = { $count } parts with medication or checkups cannot be read.
error-alarm-records-not-read-hint = A record that they may hold is shown as not readable; that does not mean that there is none. Check the disk, and fetch them again over the line.
error-alarm-snapshot-behind = Look-ups read data { $read }; the newer { $served } is here and not used yet.
error-alarm-snapshot-behind-hint = It is tried again with every round of sync. Until then newer withdrawals and records do not count.
error-alarm-lost = The manifest of snapshot { $wanted } of region { $region } cannot be read; there is no data to use.
error-alarm-lost-hint = Fetch it again by line or medium.
error-alarm-pointer-lost = The state of region { $region } was lost; { $served }, found on the disk, is used.
error-alarm-pointer-lost-hint = Ask the centre whether there was newer data here.
error-alarm-state-set-aside = The node's state was damaged; it was moved to { $path } and begun anew. Lost with it: PINs, counts of wrong PINs and codes, and what the centre had last acknowledged.
error-alarm-state-set-aside-hint = Staff set their PINs anew. Check the disk, give the folder to whoever looks into it, and remove it: until then this is told.
error-alarm-enrolment-restored = The state had lost the enrolment; node { $node } was taken up again from the file enrolment.
error-alarm-enrolment-restored-hint = Check with status that the data is there. Staff set their PINs anew.
error-enrolment-foreign = The file enrolment is of node { $node }, whose keys are not those in this folder.
error-enrolment-foreign-hint = Put this node's own file back, or enrol the folder with a new code.
error-state-copy = A file beside the state is not taken ({ $what }).
error-state-copy-hint = Check the disk. Nothing of it is guessed.
error-alarm-loose = Others can read { $path } ({ $mode }).
error-alarm-loose-hint = It is set to { $expected }. Find out who changed it.
