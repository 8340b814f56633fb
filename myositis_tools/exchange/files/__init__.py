"""Files: what a site's file holds, cell by cell, and files that are written."""
