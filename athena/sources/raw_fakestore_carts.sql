/*
model: raw_fakestore_carts
meaning: The store API's carts, one object per snapshot that differed from the one before.
grain: one row per cart and snapshot
key: none
partition: none
materialization: source
origin: objects
columns:
  id varchar | The cart.
  user_id varchar | The user whose cart it is.
  date varchar | When the cart was placed, ISO 8601.
  items varchar | Products and quantities, a JSON array.
  ingest_date varchar | UTC date of the snapshot's slot, from the object's key.
  $path varchar | Object that holds the snapshot.
*/
