"""What apps above may hear of the organisation."""

from django.dispatch import Signal

# A hospital has just been made, with its roles and settings. Sent inside its scope. Arguments: hospital.
hospital_created = Signal()

# Somebody will be away. Sent inside the hospital's scope. Arguments: absence, actor, now.
absence_entered = Signal()

# Somebody no longer works here. Sent inside the hospital's scope. Arguments: staff, actor, now.
staff_left = Signal()

# A role was withdrawn or may do less than before, or an account was switched off: some may not do any more what they
# did. Sent inside the hospital's scope.
rights_taken = Signal()

# A community station is no longer in use. Sent inside the hospital's scope. Arguments: station, actor, now.
station_closed = Signal()

# Somebody no longer works at a community station. Sent inside the hospital's scope. Arguments: staff, station, actor,
# now.
station_staff_left = Signal()

# Somebody who had a password was given a one-time password. Sent inside the hospital's scope. Arguments: staff, actor,
# now.
password_replaced = Signal()

# An export is ready, refused, or could not be made. Sent inside the hospital's scope. Arguments: export, now.
export_settled = Signal()

# A day of the hospital's calendar was entered, changed or taken away. Sent inside the hospital's scope.
calendar_changed = Signal()
