"""Files that people attach to records: the one door (rule 14 of the product).

They lie encrypted in private storage, per hospital, under unguessable names, never under a media URL. What a file is,
is decided by its content; pictures lose everything that is not the picture; a file goes with its row.

An app derives its model from `rows.PrivateFile`, takes uploads with `intake.PrivateFileField` and `intake.store`, and
answers them from one view of its own, after the visibility check and on record, with `serving.download`.
"""
