# Finding the patient, identity, consent, when consent cannot be had.
