"""What a home asks of a disk: not shared, not synced by a cloud, writable, with room; files replaced whole or not at all.

Each refusal is one sentence with the remedy. SQLite's WAL does not work on network shares, and a cloud folder's
client copies the database without its WAL: both lose data silently, so both are refused before anything is opened.
"""

import ctypes
import os
import re
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path, PurePath

from kqdesk.kernel.errors import Unreachable, UserError

MIB = 1024 * 1024
LOW_SPACE = 200 * MIB
"""Bytes below which writing stops: SQLite itself needs room to roll back."""
BALLAST = 64 * MIB

_NETWORK_TYPES = frozenset(
    [
        "nfs",
        "nfs4",
        "cifs",
        "smb",
        "smb2",
        "smb3",
        "smbfs",
        "afs",
        "ncpfs",
        "davfs",
        "ceph",
        "glusterfs",
        "lustre",
        "beegfs",
        "vboxsf",
        "vmhgfs",
        "prl_fs",
        "fuse.sshfs",
        "fuse.rclone",
        "fuse.davfs",
        "fuse.davfs2",
        "fuse.gvfsd-fuse",
        "fuse.smbnetfs",
        "fuse.glusterfs",
        "fuse.s3fs",
        "fuse.vmhgfs-fuse",
        "fuse.curlftpfs",
    ]
)
_CLOUD_FOLDERS = re.compile(
    r"(onedrive|dropbox|nutstore|wpsdrive|google ?drive|weiyun|nextcloud|seafile|icloud ?drive|icloud)([ _(-].*)?"
    r"|com~apple~clouddocs|(baidunetdisk|baidusyncdisk|baiduyun|wps cloud).*"
    r"|(我的)?(坚果云|百度网盘|百度云|wps云盘|wps网盘|阿里云盘|腾讯微云|微云|夸克网盘|天翼云盘).*"
)
"""Names, in small letters, that the clients give the folder they sync."""
_DRIVE_REMOTE = 4
"""GetDriveTypeW: a mapped network drive."""

_REPLACE_TRIES = 10
"""0.01 s doubling, 2 s in all: an antivirus or backup tool holds a fresh file for moments on Windows."""


def refuse_unsuitable(home: Path, mounts: str | None = None) -> None:
    """Raise ``UserError`` when ``home`` lies on a network share or in a cloud folder; ``mounts`` as /proc/mounts."""
    table = _mounts() if mounts is None else mounts
    reasons = [unsuitable(path, table, drive_type) for path in (home.absolute(), home.resolve())]
    reason = next(filter(None, reasons), "")  # a link on the local disk may lead to a share
    if reason:
        raise UserError(
            f"学校数据不能放在{reason}里（{home}）：那里会悄悄丢数据。"
            "请改放本机硬盘上的普通文件夹；备份可以放到那里。"
        )


def unsuitable(path: PurePath, mounts: str, drive_type: Callable[[str], int]) -> str:
    """What kind of unsuitable place ``path`` is, in a few words; empty when it is a local disk. Pure but for the calls."""
    text = str(path)
    if text.startswith(("\\\\", "//")):
        return "网络共享文件夹"
    for part in path.parts:
        if _CLOUD_FOLDERS.fullmatch(part.casefold()):
            return f"云盘同步文件夹“{part}”"
    if path.drive and drive_type(path.drive + "\\") == _DRIVE_REMOTE:
        return f"网络驱动器 {path.drive} "
    return "网络共享文件夹" if _mount_type(text, mounts) in _NETWORK_TYPES else ""


def drive_type(root: str) -> int:
    """Windows' GetDriveTypeW for ``C:\\``; 0 (unknown) elsewhere."""
    if sys.platform == "win32":
        return int(ctypes.windll.kernel32.GetDriveTypeW(root))
    return 0


def refuse_read_only(folder: Path) -> None:
    """Raise ``Unreachable`` when nothing can be written in ``folder``; tried by writing, since root may do anything."""
    probe = folder / f".kqdesk-probe-{os.getpid()}"
    try:
        probe.write_bytes(b"kqdesk")
        probe.unlink()
    except OSError as error:
        raise disk_fault(error, folder) from error


def free_bytes(folder: Path) -> int:
    """Room left where ``folder`` lies, or will lie."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free


def refuse_low_space(folder: Path, need: int = LOW_SPACE, free: Callable[[Path], int] = free_bytes) -> None:
    """Raise ``Unreachable`` when fewer than ``need`` bytes are left."""
    left = free(folder)
    if left < need:
        raise Unreachable(
            f"磁盘只剩 {left // MIB} MB，少于 {need // MIB} MB，为防丢数据已停止写入。"
            f"请清理 {folder} 所在的磁盘后再试，已保存的内容都在。"
        )


def disk_fault(error: OSError, path: Path) -> Unreachable:
    """The sentence for a fault of the disk at ``path``."""
    if error.errno in (28, 122, 27):  # ENOSPC, EDQUOT, EFBIG
        return Unreachable(f"磁盘已满，没有写入 {path}。请清理磁盘后再试，已保存的内容都在。")
    if isinstance(error, PermissionError) or error.errno == 30:  # EROFS
        return Unreachable(f"{path} 是只读的或没有写入权限。请换一个文件夹，或请管理员开放写入权限。")
    if isinstance(error, FileNotFoundError):
        return Unreachable(f"找不到 {path}。请检查磁盘或 U 盘是否还插着。")
    return Unreachable(f"读写 {path} 时磁盘出错（{error.strerror or '未知原因'}）。请先备份，再检查磁盘。")


# --- replacing a file ---------------------------------------------------------------------------------------------


def atomic_write(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Make ``path`` hold ``content``: after a kill or power cut it holds the old bytes or the new, never a mixture.

    Beside it a temporary file ``.NAME.new`` may stay after a kill; the next writing takes it over.
    Raises ``OSError`` as the disk gives it (``disk_fault`` turns it into a sentence).
    """
    fresh = path.with_name(f".{path.name}.new")
    try:
        _write_synced(fresh, content, mode)
        _replace(fresh, path)
    except OSError:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _write_synced(path: Path, content: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), mode)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _replace(fresh: Path, path: Path, pause: Callable[[float], None] = time.sleep) -> None:
    for attempt in range(_REPLACE_TRIES):
        try:
            os.replace(fresh, path)  # noqa: PTH105 -- one name for the tests to break
        except PermissionError:
            if sys.platform != "win32" or attempt == _REPLACE_TRIES - 1:
                raise
            pause(min(0.01 * 2**attempt, 0.4))
        else:
            return


def _sync_folder(folder: Path) -> None:
    """So the new name itself survives a power cut; Windows has no such call and needs none."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _mounts() -> str:
    try:
        return Path("/proc/mounts").read_text("utf-8", "replace")
    except OSError:
        return ""


def _mount_type(path: str, mounts: str) -> str:
    """The file system type of the longest mount point above ``path``; drvfs is Windows' disk seen from WSL."""
    best, found = "", ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = fields[1].replace("\\040", " ")
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, found = point, fields[2]
    return found
