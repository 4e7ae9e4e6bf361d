"""What others may hear from patients. Receivers live above and call one domain function each; all are sent inside
the transaction.

- `encounters_changed(encounter_ids)`: stays were made, corrected or cancelled by a feed.
- `stays_withdrawn(encounter_ids, now)`: stays do not count any more, because the list they came from was taken back, or
  the hospital's system has cancelled the stay or its discharge.
- `facts_changed(encounter)`: somebody ticked clinical facts of a stay.
- `people_deceased(patients)`: deaths were reported, of one person or of a chunk of a feed; everything stops at once.
- `death_withdrawn(patient)`: a reported death was an error, found before its confirmation.
- `death_doubted(patient)` / `doubt_settled(patient)`: another record that may be this person says death; it is decided.
- `contact_stopped(patient)` / `contact_resumed(patient, now)`: the person refused all contact, or allowed it again.
- `people_erased(patient, now)`: the record is about to be erased; what is still to be done for the person ends,
  and texts that others keep of the person go.
- `station_left(patient, station, actor, now)`: the person is no longer assigned to this community station.
- `patients_merged(kept, merged)`: two records are one person. `kept` has the stricter end of contact already; the
  rows of `merged` still hang on it, and each module brings its own together.
- `patients_unmerged(kept, other, merger, now)`: the union is taken apart. Both records stand as they were, and rows
  that hung on `other` before (`merger.before`) hang on it again; each module gives back what the union had ended, and
  moves the rows that are written once.
- `member_message_sent(message, to, now)`: somebody wrote about a VIP member; `to` are the staff who should hear of it.
"""

from django.dispatch import Signal

encounters_changed = Signal()
stays_withdrawn = Signal()
facts_changed = Signal()
people_deceased = Signal()
death_withdrawn = Signal()
death_doubted = Signal()
doubt_settled = Signal()
contact_stopped = Signal()
contact_resumed = Signal()
station_left = Signal()
patients_merged = Signal()
patients_unmerged = Signal()
people_erased = Signal()
member_message_sent = Signal()
