"""Standards: tables and results as REDCap, CDISC, FHIR and R know them."""
