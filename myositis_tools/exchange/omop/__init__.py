"""A hospital's warehouse in the OMOP Common Data Model, read as the tables that a protocol asks."""
