"""Privacy: what names a patient, or tells of few, stays out of files, saved notebooks and published tables.

`pseudonyms` numbers patients and leaves out private columns, `small_counts` hides what tells of few,
`notebook_outputs` finds rows of patients in notebooks (it runs alone, before a commit), and `jupyter_hook` keeps them
out when JupyterLab saves.
"""
