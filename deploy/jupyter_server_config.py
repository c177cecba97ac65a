"""What each student's server does when it starts, on every kind of hub: belongs into etc/jupyter of its environment.

VDM_TUTOR_COURSE is the students' edition (python -m tools.students); the copies lie in my_lessons, in the student's
home.
"""

import os
import shutil
from pathlib import Path

from jupyter_core.paths import jupyter_runtime_dir

from vdm_tutor.lab.copies import make_copies

course, home = Path(os.environ.get("VDM_TUTOR_COURSE", "/opt/course")), Path.home()
make_copies(course / "my_lessons", home / "my_lessons", ask=None)  # what a student has changed stays as it is
for page in (path for path in course.rglob("*") if path.is_file() and "my_lessons" not in path.parts):
    place = home / page.relative_to(course)
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(page, place)  # not its mode: a read-only edition is laid out again at the next start

c = get_config()  # noqa: F821
c.ServerApp.root_dir = str(home)
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LanguageServerManager.autodetect = False
# A kernel that nobody has used for half an hour gives its memory back; the notebook's text and outputs are in the file.
c.MappingKernelManager.cull_idle_timeout = 30 * 60
c.MappingKernelManager.cull_interval = 2 * 60
c.MappingKernelManager.cull_connected = True
# Where a hub's servers share a machine, a kernel that starts again can find its port taken by another student's, and
# hangs: so kernels are spoken to through files, where their names are short enough for a socket.
if "JUPYTERHUB_USER" in os.environ and len(jupyter_runtime_dir() + f"/kernel-{'0' * 36}-ipc-1") < 104:
    c.KernelManager.transport = "ipc"
