"""The hub's settings for a class: into /opt/tljh/config/jupyterhub_config.d (TLJH), or to load in a file of yours.

How many may log in, and by which password, is the hub's own affair: nothing here lets anybody in.
"""

c = get_config()  # noqa: F821
c.Spawner.default_url = "/lab/tree/my_lessons/00_start_here.ipynb"
c.Spawner.environment = {
    "OMP_NUM_THREADS": "1",  # a thread a student: with more, thirty students wait for one another
    "OMP_WAIT_POLICY": "passive",
    "MKL_NUM_THREADS": "1",
    "JUPYTER_PLATFORM_DIRS": "1",
    "VDM_TUTOR_COURSE": "/opt/course",
}
# Measured: docs/class.md. A spawner that can (systemd in TLJH, Kubernetes) ends a kernel that takes more.
c.Spawner.mem_limit = "1.5G"
c.Spawner.cpu_limit = 1
c.Spawner.start_timeout = 180  # seconds: thirty begin together. A limit of concurrent spawns would turn them away (429)
c.Spawner.http_timeout = 180
c.JupyterHub.cleanup_servers = False  # the students' servers outlive a restart of the hub
