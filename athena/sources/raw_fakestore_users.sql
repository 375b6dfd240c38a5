/*
model: raw_fakestore_users
meaning: The store API's users without password and with the e-mail hashed, one object per changed snapshot.
grain: one row per user and snapshot
key: none
partition: none
materialization: source
origin: objects
columns:
  id varchar | The user.
  email_hash varchar | Keyed hash of the e-mail address.
  ingest_date varchar | UTC date of the snapshot's slot, from the object's key.
  $path varchar | Object that holds the snapshot.
*/
