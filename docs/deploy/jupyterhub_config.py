"""What a JupyterHub needs for a class with notebooks of each learner's own; goes into the Hub's configuration.

Not tried: no Hub runs here. The names are those of JupyterHub 5 and of jupyterhub-idle-culler's own page; the numbers
are ours (docs/deploy/README.md says what was measured).
"""

import sys

c = get_config()  # noqa: F821 (JupyterHub gives it)

# A notebook server takes about 230 MB and a notebook with an app about 190 MB; two at once and room for a figure.
c.Spawner.mem_limit = "1G"
c.Spawner.cpu_limit = 1.0
c.Spawner.default_url = "/lab/tree/myositis_tools/notebooks/00_start_here.ipynb"

# A notebook with rows of patients in its outputs is held back once before it is saved. Nobody is asked for news.
c.Spawner.args = [
    "--ContentsManager.pre_save_hook=myositis_tools.privacy.jupyter_hook.hold_back_patient_rows",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    # a notebook that nobody looks at gives its memory back; one that is open keeps it
    "--MappingKernelManager.cull_idle_timeout=1800",
    "--MappingKernelManager.cull_interval=60",
]

# Servers that nobody uses are ended after half an hour; files stay.
c.JupyterHub.services = [
    {"name": "idle-culler", "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=1800"]}
]
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["idle-culler"],
    }
]
