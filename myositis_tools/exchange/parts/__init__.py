"""Tables too large for memory, worked on in parts of whole patients, from Parquet to Parquet."""
