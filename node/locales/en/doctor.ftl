# The words of doctor: doctor-<check>-<outcome>.

doctor-good = good
doctor-warning = warning
doctor-bad = bad
doctor-unknown = unknown
doctor-config-good = Configuration: no faults
doctor-config-bad = Configuration: correct node.toml
doctor-modes-good = Rights: nobody else can read the folder
doctor-modes-bad = Rights: others could read { $count } of the folder's files
doctor-modes-unknown = Rights: cannot be found out
doctor-space-good = Free space: { $free } bytes ({ $needed } needed)
doctor-space-warning = Free space: { $free } bytes, near the { $needed } needed; the next fetch may not fit
doctor-space-bad = Free space: { $free } bytes, { $needed } are needed; make room
doctor-space-unknown = Free space: cannot be found out
doctor-clock-good = Clock: { $now }; nothing speaks against it (nor proves it right)
doctor-clock-bad = Clock: { $now } is in the past; set it
doctor-clock-source-good = Time source: follows a time server
doctor-clock-source-unknown = Time source: not known to follow any; check the clock by eye
doctor-swap-good = Swap: none
doctor-swap-warning = Swap: { $count } in use; keys of an open node may reach the disk; turn it off or encrypt it
doctor-swap-unknown = Swap: cannot be found out
doctor-core-dumps-good = Core dumps: none are written
doctor-core-dumps-warning = Core dumps: a crash writes the memory to the disk; set LimitCORE=0 for the service
doctor-open-files-good = Open files: { $limit } allowed ({ $needed } needed)
doctor-open-files-bad = Open files: { $limit } allowed, { $needed } are needed
doctor-serving-good = Service: the node is running
doctor-serving-warning = Service: the node is not running; start serve
doctor-serving-bad = Service: the node's data cannot be opened
doctor-serving-unknown = Service: another command is using the folder
doctor-page-good = Certificate of the page: there is a root for tablets (SHA-256 { $fingerprint })
doctor-page-warning = Certificate of the page: none yet; run serve once, then see tomoshibi-node page
doctor-page-bad = Certificate of the page: the root cannot be read
doctor-alarms-good = Alarms: none
doctor-alarms-bad = Alarms: { $count }
doctor-alarms-unknown = Alarms: cannot be found out
