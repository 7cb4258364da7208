# The words of --help.

help-about = Tomoshibi node: answers about eligibility, medication and checkups inside the hospital when a disaster has cut the line
help-arg-data = Data folder (or the environment variable TOMOSHIBI_DATA)
help-arg-json = Print results as JSON
help-arg-lang = Language of messages
help-init = Make the data folder
help-init-arg-name = What people call the node (1 to 64 characters)
help-init-arg-facility = Facility code (10 digits)
help-init-arg-municipality = Code of the municipality the facility stands in (5 digits)
help-enrol = Enrol the node with a centre by a one-time code
help-enrol-arg-centre = Address of the centre
help-enrol-arg-code = One-time code from the centre
help-sync = Do one round of synchronisation with the centre now
help-serve = Run the node until a signal (SIGTERM) ends it
help-status = Show what the node has, how old it is and how the node is
help-scrub = Read all stored data again and find what is damaged
help-doctor = Check whether the machine and the folder are fit for a node
init-done = Made the data folder { $path }. Key that signs the journal: { $key }
