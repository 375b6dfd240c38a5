/*
model: raw_fakestore_products
meaning: The store API's catalogue, one object per snapshot that differed from the one before.
grain: one row per product and snapshot
key: none
partition: none
materialization: source
origin: objects
columns:
  id varchar | The product.
  title varchar | Its name.
  price varchar | Its price.
  description varchar | Its description.
  category varchar | Its category.
  image varchar | Address of its picture.
  rating_rate varchar | Mean rating.
  rating_count varchar | Number of ratings.
  ingest_date varchar | UTC date of the snapshot's slot, from the object's key.
  $path varchar | Object that holds the snapshot.
*/
