"""Privacy: what names a patient stays out of files, saved notebooks and published tables."""
