"""Why a file can't be read or written, in a sentence. Needs neither Django nor a town."""

from __future__ import annotations

import errno

_SAID = {
    errno.ENOENT: "There is no file or folder {path}.",
    errno.EACCES: "This user may not read or write {path}. Run the command as the service's user.",
    errno.EPERM: "This user may not read or write {path}. Run the command as the service's user.",
    errno.EISDIR: "{path} is a folder; name a file.",
    errno.ENOTDIR: "{path} leads through a file as if it were a folder.",
    errno.EEXIST: "{path} is there already. Name a file that is not.",
    errno.EROFS: "{path} lies on a disk that is only read.",
    errno.ENAMETOOLONG: "The name {path} is too long.",
}
_FULL = {errno.ENOSPC, errno.EDQUOT}


def why_not(error: OSError) -> str:
    """What is the matter with a file; "" where the error names none."""
    if error.errno in _FULL:
        return "The disk is full. Make room and run the command again."
    if error.filename is None:
        return ""
    usual = f"{{path}} can't be read or written: {error.strerror}."
    return _SAID.get(error.errno or 0, usual).format(path=error.filename)
