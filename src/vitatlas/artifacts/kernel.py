"""The process that runs the cells of a notebook: the Python of the job that asks for it.

What is called `python3` on a machine may be another Python: kernels are found by name, in folders of the user and of
the system. And a kernel reads the settings of IPython that it finds there. This one is started by path, and reads none.
"""

from __future__ import annotations

import sys
from pathlib import Path

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager


class OwnKernel(AsyncKernelManager):
    """A manager of kernels that starts this module, whatever kernel the notebook names."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """How the kernel is started."""
        command = [sys.executable, "-s", str(Path(__file__).resolve()), "-f", "{connection_file}"]
        return KernelSpec(argv=command, display_name="Python 3", language="python")


def main() -> None:
    """Be the kernel."""
    from ipykernel.kernelapp import IPKernelApp

    class Kernel(IPKernelApp):
        """A kernel without settings of user or system."""

        def load_config_file(self, *_: object, **__: object) -> None:
            """Read none."""

    Kernel.launch_instance(exec_PYTHONSTARTUP=False)


if __name__ == "__main__":
    # Python put this file's folder in front; its modules are to be found by their full names alone
    sys.path.pop(0)
    main()
