"""Mapping: a site's own headings, units, codes and shapes."""
