"""Rules of campaigns. Read `states` for what may follow what, `audience` for who is written to, `running` for how."""
