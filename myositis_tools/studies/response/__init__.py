"""Response studies: when a cohort responds, and what the choices behind a score change."""
