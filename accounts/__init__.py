"""Who works here and what they may do: hospitals, departments, wards, stations, staff, roles, the working-day calendar.

Also the record of what they did: audit events of every domain verb and one access-log row for every view of a person's
record.
"""
