"""`python _watchdog.py PARENT CHILD SIGNAL`: end CHILD when PARENT is gone, where the kernel does not."""

from __future__ import annotations

import os
import sys
import time


def alive(pid: int) -> bool:
    """Return whether a process exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def main(parent: int, child: int, number: int) -> None:
    """Watch until either process is gone; poll, since no portable call waits for a parent."""
    while alive(child):
        if os.getppid() != parent:  # an orphan's parent is init
            os.kill(child, number)
            return
        time.sleep(0.5)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
